// Brings a checkout to the state the other scripts need: packages installed, contracts compiled, TypeScript and the
// web page built. Runs before anything is installed, so it uses Node alone. Says what it does on stderr; does nothing
// when nothing is stale.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const STAMPS = join(ROOT, "node_modules", ".causeway");
const NODE_MINIMUM = [20, 19];
const PROGRESS_INTERVAL_MS = 15_000;

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < NODE_MINIMUM[0] || (major === NODE_MINIMUM[0] && minor < NODE_MINIMUM[1])) {
  fail(`Causeway needs Node ${NODE_MINIMUM.join(".")} or newer; this is ${process.version}.`);
}

const workspaces = readdirSync(join(ROOT, "packages"))
  .map((name) => join("packages", name))
  .filter((path) => existsSync(join(ROOT, path, "package.json")));
const platform = `${process.platform}-${process.arch}-node${major}`;

const steps = [
  {
    name: "install",
    does: "Installing packages (about a minute)",
    inputs: ["package-lock.json", ".npmrc"],
    outputs: ["node_modules/ethers"],
    run: () => npm("ci", "--no-progress"),
  },
  {
    name: "contracts",
    does: "Compiling contracts (some seconds)",
    inputs: [
      "package-lock.json",
      "contracts/src",
      "contracts/scripts",
      "contracts/bin",
      "contracts/foundry.toml",
    ],
    outputs: ["contracts/generated"],
    run: () => npm("run", "build", "-w", "contracts", "--silent"),
  },
  {
    name: "typescript",
    does: "Building TypeScript",
    inputs: [
      "package-lock.json",
      "tsconfig.json",
      "tsconfig.base.json",
      "contracts/src",
      "contracts/scripts",
      "contracts/tsconfig.json",
      ...workspaces.flatMap((path) => [`${path}/src`, `${path}/test`, `${path}/tsconfig.json`]),
      "packages/explorer/web",
      "test",
    ],
    outputs: ["contracts/dist", ...workspaces.map((path) => `${path}/dist`), "test/dist"],
    run: () => {
      for (const path of [...workspaces, "test"]) removeOrphans(path);
      return node("node_modules/typescript/bin/tsc", "-b");
    },
  },
  {
    name: "web",
    does: "Building the explorer's page",
    inputs: ["package-lock.json", "packages/explorer/web", "packages/explorer/src", "packages/protocol/src"],
    outputs: ["packages/explorer/dist/web"],
    run: () => npm("run", "build:web", "-w", "packages/explorer", "--silent"),
  },
];

for (const step of steps) {
  const stamp = `${platform} ${digest(step.inputs)}`;
  if (isFresh(step, stamp)) continue;
  const startedAt = Date.now();
  say(`${step.does} …`);
  const progress = setInterval(
    () => say(`  … ${Math.round((Date.now() - startedAt) / 1000)} s`),
    PROGRESS_INTERVAL_MS,
  );
  rmSync(join(STAMPS, step.name), { force: true });
  const { code, output } = await step.run();
  clearInterval(progress);
  if (code !== 0) fail(`${output}\nSet-up failed at: ${step.does} (exit ${code}).`);
  mkdirSync(STAMPS, { recursive: true });
  writeFileSync(join(STAMPS, step.name), stamp);
  say(`  done in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
}

function isFresh(step, stamp) {
  const file = join(STAMPS, step.name);
  if (!existsSync(file) || readFileSync(file, "utf8") !== stamp) return false;
  return step.outputs.every((path) => existsSync(join(ROOT, path)));
}

/** SHA-256 over the names and bytes of all input files, in order. */
function digest(inputs) {
  const hash = createHash("sha256");
  for (const input of inputs) {
    for (const file of filesUnder(input))
      hash
        .update(file)
        .update("\0")
        .update(readFileSync(join(ROOT, file)));
  }
  return hash.digest("hex");
}

function filesUnder(path) {
  const full = join(ROOT, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  return readdirSync(full)
    .filter((name) => name !== "dist" && name !== "node_modules")
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}

/** What was compiled from a file that has moved or gone would still run, among the tests above all. */
function removeOrphans(workspace) {
  const dist = join(workspace, "dist");
  const isTests = workspace === "test";
  for (const part of isTests ? [dist] : [join(dist, "src"), join(dist, "test")])
    for (const output of filesUnder(part)) {
      const stem = /^(.*?)(\.d\.ts|\.js)(\.map)?$/.exec(output)?.[1];
      const source = stem && join(workspace, stem.slice(dist.length));
      if (source && ![".ts", ".tsx", ".mts"].some((end) => existsSync(join(ROOT, source + end))))
        rmSync(join(ROOT, output));
    }
}

function npm(...args) {
  const cli = process.env.npm_execpath;
  return cli
    ? run(process.execPath, [cli, ...args])
    : run(process.platform === "win32" ? "npm.cmd" : "npm", args);
}

function node(...args) {
  return run(process.execPath, args);
}

/** Output is held back and shown only when the command fails: stdout belongs to the program started afterwards. */
function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    child.on("error", (error) => resolve({ code: 1, output: `${output}\n${error.message}` }));
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

function fail(message) {
  say(message);
  process.exit(1);
}
