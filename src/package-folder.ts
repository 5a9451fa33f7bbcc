import { isSingleFile } from "./single-file.ts";

/**
 * Where the package lies, whose files are named relative to it: above the sources, and above what was built of them. Inside of a single
 * executable everything lies side by side.
 */
export const packageFolder = new URL(isSingleFile ? "./" : "../", import.meta.url);

/** Where `npm run build` puts what is served as it is: the page, and the viewer of the API. */
export const builtFolder = new URL(isSingleFile ? "./" : "dist/", packageFolder);
