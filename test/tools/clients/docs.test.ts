import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { repositoryRoot } from "../../support/repositoryRoot.js";
import { makeForgeProject } from "../support/forgeProject.js";
import { toolCache } from "../support/toolCache.js";
import { type ToolChain, toolChain } from "../support/toolChain.js";

const run = promisify(execFile);
/** A bound on waiting for a busy machine. */
const SNIPPET_TIMEOUT_MS = 300_000;
/** Where the page says that a devnet listens. */
const DOCUMENTED = "127.0.0.1:8645";

describe("docs/tools.md", function () {
  this.timeout(900_000);
  let chain: ToolChain;
  let dir: string;
  let snippets: readonly { readonly language: string; readonly code: string }[];

  before(async () => {
    chain = await toolChain();
    const page = await readFile(join(repositoryRoot, "docs/tools.md"), "utf8");
    snippets = [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, code]) => ({
      language: language as string,
      code: code as string,
    }));
    // Below the repository, so that a snippet finds the packages it imports.
    await mkdir(toolCache(), { recursive: true });
    dir = await mkdtemp(join(toolCache(), "docs-"));
  });

  after(async () => rm(dir, { recursive: true, force: true }));

  const local = (code: string) => code.replaceAll(DOCUMENTED, new URL(chain.url).host);
  const written = (language: string) => snippets.filter((snippet) => snippet.language === language);

  it("the shell runs its commands, in a Foundry project", async () => {
    const project = await makeForgeProject(dir);
    for (const { code } of written("sh")) {
      await run("bash", ["-euo", "pipefail", "-c", local(code)], {
        cwd: project,
        timeout: SNIPPET_TIMEOUT_MS,
        env: {
          ...process.env,
          PATH: `${join(repositoryRoot, "node_modules/.bin")}${delimiter}${process.env.PATH}`,
          NODE_PATH: join(repositoryRoot, "node_modules"),
        },
      });
    }
    assert.equal(written("sh").length, 3);
  });

  it("Node runs its programs", async () => {
    await Promise.all(
      written("js").map(async ({ code }, i) => {
        const file = join(dir, `snippet${i}.mjs`);
        await writeFile(file, local(code));
        await run(process.execPath, [file], { timeout: SNIPPET_TIMEOUT_MS });
      }),
    );
    assert.equal(written("js").length, 2);
  });

  it("the Hardhat project that is tested is set up as it says", async () => {
    const config = await readFile(join(repositoryRoot, "test/tools/hardhat/hardhat.config.ts"), "utf8");
    for (const { code } of written("ts")) assert.ok(config.includes(code), code);
    assert.equal(written("ts").length, 2);
  });
});
