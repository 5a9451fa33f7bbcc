import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { type DefaultTheme, defineConfig, type MarkdownOptions } from "vitepress";
import { filesFolder, repository, siteLink } from "../links.ts";
import { areas, groups, home, pages, routeOf } from "../pages.ts";
import { slugOf } from "../slug.ts";

type Markdown = Parameters<NonNullable<MarkdownOptions["preConfig"]>>[0];

// In GitHub's own workflow: where the repository's files are to be seen, and below which path the site lies.
const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_REF_NAME } = process.env;
const source = GITHUB_REPOSITORY && `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/blob/${GITHUB_REF_NAME}`;
const base = process.env.DOCS_BASE ?? "/";

const present = pages.filter(({ file }) => existsSync(join(repository, file)));
const shown = new Set([home, ...present.map(({ file }) => file)]);
const pageFolders = new Set([...shown].filter((file) => file.includes("/")).map((file) => file.split("/")[0] ?? ""));
const folders = readdirSync(repository, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? entry.name : []));
const siblings = ["", ...pageFolders]
  .flatMap((folder) =>
    readdirSync(join(repository, folder), { recursive: folder !== "", encoding: "utf8" }).map((name) => join(folder, name)),
  )
  .filter((file) => file.endsWith(".md") && !shown.has(file) && !/(^|\/)(node_modules|\.venv[^/]*)\//.test(file));
const linkedFiles = new Set<string>();

/** Links between files of the repository become links between pages. */
function siteLinks(markdown: Markdown): void {
  markdown.core.ruler.push("site-links", ({ tokens, env }) => {
    // Titles are parsed without a file.
    const file = env?.realPath ?? env?.path;
    if (file === undefined) return;
    const from = relative(repository, file);
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      if (token.type !== "link_open") continue;
      const target = siteLink(String(token.attrGet("href")), from, source);
      if (target === undefined) continue;
      token.attrSet("href", target.href);
      if (target.file === undefined) continue;
      linkedFiles.add(target.file);
      // Not a page of the application: the browser is to ask for it.
      token.attrSet("target", "_self");
      token.attrSet("href", `${base}${target.href.slice(1)}`);
    }
  });
}

/** A cell that heads no column is none of the head's: screen readers would announce it. */
function emptyHeads(markdown: Markdown): void {
  markdown.core.ruler.push("empty-heads", ({ tokens }) => {
    for (const [index, token] of tokens.entries()) {
      const [text, close] = [tokens[index + 1], tokens[index + 2]];
      if (token.type !== "th_open" || text?.content !== "" || close === undefined) continue;
      token.tag = "td";
      close.tag = "td";
    }
  });
}

/** For each page the groups of its area, open: a group that can be shut is a button in a button in this theme. */
const sidebar: DefaultTheme.SidebarMulti = Object.fromEntries(
  areas.flatMap((area) => {
    const own = groups.filter((group) => group.area === area);
    const items = own.map(({ text, pages: listed }) => ({
      text,
      items: listed.filter(({ file }) => shown.has(file)).map((page) => ({ text: page.text, link: `/${routeOf(page.file)}` })),
    }));
    return own.flatMap((group) => group.pages).map(({ file }) => [`/${routeOf(file)}`, items]);
  }),
);

/** Tables of hundreds of rows, and raw figures: they would bury what is looked for. */
const unsearched = /^(coverage|measurements|case-study)\/|^changelog/;

export default defineConfig({
  title: "Setosa",
  description: "Train in Python, serve from TypeScript: models compiled to WebAssembly, checked against their trainer's own answers.",
  lang: "en",
  base,
  srcDir: "..",
  // The generator knows only what not to take: the folders without a page, and the files beside the pages.
  srcExclude: ["**/.*/**", ...folders.filter((name) => !pageFolders.has(name)).map((name) => `${name}/**`), ...siblings],
  rewrites: (file) => `${routeOf(file)}.md`,
  outDir: "dist",
  cacheDir: "node_modules/.cache/vitepress",
  cleanUrls: true,
  // Where the server listens that a reader has just started.
  ignoreDeadLinks: "localhostLinks",
  metaChunk: true,
  head: [
    ["link", { rel: "icon", type: "image/svg+xml", href: `${base}favicon.svg` }],
    ["meta", { name: "color-scheme", content: "light dark" }],
  ],
  markdown: {
    anchor: { slugify: slugOf },
    preConfig: (markdown) => {
      siteLinks(markdown);
      emptyHeads(markdown);
    },
    // Colours with the contrast that WCAG AA asks for on their backgrounds.
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
  },
  vite: {
    publicDir: "website/public",
    server: { watch: { ignored: ["**/.venv/**", "**/dist/**", "**/test/**", "**/case-study/go/**"] } },
    plugins: [
      {
        // Pages become components, and lie above the folder that has Vue.
        name: "vue-of-the-site",
        enforce: "pre",
        resolveId(id, importer, options) {
          if (!/^vue(\/|$)/.test(id)) return null;
          if (options.ssr) return { id, external: true };
          if (!importer?.endsWith(".md")) return null;
          return this.resolve(id, join(repository, home), { ...options, skipSelf: true });
        },
      },
      {
        name: "files-of-the-repository",
        configureServer({ middlewares }) {
          middlewares.use(`/${filesFolder}`, ({ url = "" }, response, next) => {
            const file = decodeURIComponent(url.slice(1));
            if (linkedFiles.has(file))
              response.setHeader("content-type", "text/plain; charset=utf-8").end(readFileSync(join(repository, file)));
            else next();
          });
        },
      },
    ],
  },
  buildEnd({ outDir }) {
    for (const file of linkedFiles) {
      const copy = join(outDir, filesFolder, file);
      mkdirSync(dirname(copy), { recursive: true });
      copyFileSync(join(repository, file), copy);
    }
  },
  themeConfig: {
    nav: [
      { text: "Quick start", link: "/quick-start-data-science" },
      { text: "Serving", link: "/serve" },
      { text: "Reference", link: "/reference/options" },
      { text: "Case study", link: "/case-study" },
      { text: "Inside", link: "/architecture" },
      { text: "Measurements", link: "/measurements/engine/engine" },
    ],
    sidebar,
    outline: { level: [2, 3] },
    search: {
      provider: "local",
      options: {
        _render: (text, env, markdown) => {
          const html = markdown.render(text, env);
          return unsearched.test(env.relativePath) ? "" : html;
        },
      },
    },
  },
});
