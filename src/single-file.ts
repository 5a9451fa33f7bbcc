/** Whether this is the single executable that `npm run build:binary` makes: Bun gives its modules addresses of their own. */
export const isSingleFile = /\/(\$bunfs|~BUN)\//.test(import.meta.url);
