import { defineConfig } from "vite";

/** `npm run dev -w web` shows the page while it is written, before a server on port 8080. */
const proxied = ["/models", "/stats", "/health", "/predict", "/openapi.json", "/docs"];

export default defineConfig({
  // Relative, so that a proxy may serve the page under any path.
  base: "./",
  // Preact's runtime for JSX comes from tsconfig.json.
  build: {
    // The first with light-dark() in CSS, which the tokens are made of.
    target: ["chrome123", "firefox120", "safari17.5"],
    // An inline module would break the page's own policy.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    cssCodeSplit: false,
  },
  server: { proxy: Object.fromEntries(proxied.map((path) => [path, "http://localhost:8080"])) },
});
