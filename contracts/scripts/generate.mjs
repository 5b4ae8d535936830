// Turns forge's artifacts into the typed modules other packages import as `@causeway/contracts/<Name>`.
// Plain JavaScript because it runs before tsc, whose input it writes.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const outDir = join(root, "generated");

/** Contracts that other packages deploy, call or place into a genesis. */
const NAMES = [
  "AccumulatingOutbox",
  "BridgedERC20",
  "ClaimInbox",
  "EthereumView",
  "Mint",
  "OrderedInbox",
  "Outbox",
  "SidechainView",
  "TestToken",
  "ValidatorSet",
  "Vault",
];

/** One storage variable as solc reports it, without compiler-run ids (they change with unrelated edits). */
function storageVariable({ label, slot, offset, type }, types) {
  return { label, slot: Number(slot), offset, type: types[type].label };
}

function moduleText(name) {
  const artifact = JSON.parse(readFileSync(join(root, "out", `${name}.sol`, `${name}.json`), "utf8"));
  const { storage, types } = artifact.storageLayout;
  const layout = storage.map((variable) => storageVariable(variable, types));
  return [
    `// Generated from contracts/src by contracts/scripts/generate.mjs.`,
    ``,
    `/** ABI of ${name}. */`,
    `export const abi = ${JSON.stringify(artifact.abi, null, 2)} as const;`,
    ``,
    `/** Creation code, without constructor arguments. */`,
    `export const bytecode: \`0x\${string}\` =\n  "${artifact.bytecode.object}";`,
    ``,
    `/** Runtime code with immutables left zero: run the constructor to get the real one. */`,
    `export const deployedBytecode: \`0x\${string}\` =\n  "${artifact.deployedBytecode.object}";`,
    ``,
    `/** Storage variables in slot order. */`,
    `export const storageLayout = ${JSON.stringify(layout, null, 2)} as const;`,
    ``,
  ].join("\n");
}

mkdirSync(outDir, { recursive: true });
for (const stale of readdirSync(outDir).filter((file) => !NAMES.includes(file.replace(/\.ts$/, "")))) {
  rmSync(join(outDir, stale), { recursive: true });
}
for (const name of NAMES) {
  const file = join(outDir, `${name}.ts`);
  const text = moduleText(name);
  // An unchanged file keeps its time stamp, so that tsc -b has nothing to do.
  if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text);
}
