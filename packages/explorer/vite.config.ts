import { defineConfig } from "vite";

/** The page: `npm run build:web -w packages/explorer` writes dist/web. */
export default defineConfig({
  root: "web",
  // Vite would take these from the command line's working directory.
  cacheDir: "../dist/.vite",
  build: { outDir: "../dist/web", emptyOutDir: true, target: "es2022", modulePreload: { polyfill: false } },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
});
