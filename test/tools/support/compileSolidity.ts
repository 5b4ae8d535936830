import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { repositoryRoot } from "../../support/repositoryRoot.js";
import { toolCache } from "./toolCache.js";

export interface Artifact {
  // biome-ignore lint/suspicious/noExplicitAny: an ABI is checked by who uses it.
  readonly abi: any[];
  readonly bytecode: `0x${string}`;
}

interface Solc {
  compile(input: string, callbacks: { import(path: string): { contents: string } }): string;
  version(): string;
}

interface SolcOutput {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
  readonly contracts: Readonly<
    Record<string, Readonly<Record<string, { abi: unknown[]; evm: { bytecode: { object: string } } }>>>
  >;
}

const SOURCES = join(repositoryRoot, "test/tools/contracts");
const require = createRequire(import.meta.url);
let compiled: ReadonlyMap<string, Artifact> | undefined;

/** A contract of test/tools/contracts by name. All are compiled once, and again when a source or the compiler changes. */
export function compiledContract(name: string): Artifact {
  compiled ??= new Map(Object.entries(readOrCompile()));
  const artifact = compiled.get(name);
  if (artifact === undefined) throw new Error(`test/tools/contracts holds no contract ${name}`);
  return artifact;
}

function readOrCompile(): Record<string, Artifact> {
  const sources = Object.fromEntries(
    readdirSync(SOURCES)
      .sort()
      .map((file) => [file, { content: readFileSync(join(SOURCES, file), "utf8") }]),
  );
  const input = JSON.stringify({
    language: "Solidity",
    sources,
    settings: {
      evmVersion: "osaka",
      optimizer: { enabled: true, runs: 200 },
      outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } },
    },
  });
  const lock = readFileSync(join(repositoryRoot, "package-lock.json"));
  const key = createHash("sha256").update(input).update(lock).digest("hex");
  const cached = join(toolCache(), `contracts-${key}.json`);
  if (existsSync(cached)) return JSON.parse(readFileSync(cached, "utf8"));
  const artifacts = compile(input);
  mkdirSync(toolCache(), { recursive: true });
  writeFileSync(cached, JSON.stringify(artifacts));
  return artifacts;
}

function compile(input: string): Record<string, Artifact> {
  const solc = require("solc") as Solc;
  const output = JSON.parse(
    solc.compile(input, { import: (path) => ({ contents: readFileSync(require.resolve(path), "utf8") }) }),
  ) as SolcOutput;
  const error = output.errors?.find(({ severity }) => severity === "error");
  if (error !== undefined) throw new Error(error.formattedMessage);
  const artifacts: Record<string, Artifact> = {};
  for (const contracts of Object.values(output.contracts)) {
    for (const [name, { abi, evm }] of Object.entries(contracts))
      artifacts[name] = { abi, bytecode: `0x${evm.bytecode.object}` };
  }
  return artifacts;
}
