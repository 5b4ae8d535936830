#!/usr/bin/env node
// Committed so that npm can link the command before anything is built.
import("../dist/src/main.js").then(
  ({ main }) => main(process.argv),
  (error) => {
    if (error?.code !== "ERR_MODULE_NOT_FOUND") throw error;
    process.stderr.write(`causeway is not built yet (${error.message}). Run: npm run build\n`);
    process.exit(1);
  },
);
