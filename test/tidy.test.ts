import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { repositoryRoot } from "./support/repositoryRoot.js";

/** The charter: who may import whom (ARCHITECTURE.md). `contracts` is data only. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  consensus: ["protocol"],
  chain: ["protocol", "contracts"],
  network: ["protocol"],
  rpc: ["protocol", "chain"],
  node: ["protocol", "consensus", "chain", "network", "rpc"],
  bridge: ["protocol", "contracts"],
  relayer: ["protocol", "bridge"],
  explorer: ["protocol", "bridge"],
  sim: ["protocol", "consensus", "chain", "network", "node", "contracts"],
  devnet: ["protocol", "bridge", "contracts"],
  cli: ["protocol", "chain", "network", "rpc", "node", "bridge", "relayer", "explorer", "sim", "devnet"],
};

/** Libraries that one package keeps to itself. */
const OWNED_LIBRARIES: readonly { readonly library: RegExp; readonly owners: readonly string[] }[] = [
  { library: /^@ethereumjs\/rlp/, owners: ["protocol", "chain", "bridge"] },
  { library: /^@ethereumjs\/mpt/, owners: ["chain", "bridge"] },
  { library: /^@ethereumjs\/(?!rlp|mpt)/, owners: ["chain"] },
  { library: /^(libp2p$|@libp2p\/|@multiformats\/)/, owners: ["network"] },
  { library: /^(fastify$|@fastify\/|@electric-sql\/|pg$)/, owners: ["explorer"] },
  { library: /^commander$/, owners: ["cli"] },
];

/** Packages that must run in a simulator or a browser. */
const PURE = ["protocol", "consensus"];
const BROWSER_SAFE = ["protocol", "consensus", "bridge"];
const IMPURE_CALLS =
  /\b(Date\.now|new Date\(\)|Math\.random|performance\.now|setTimeout|setInterval|setImmediate|crypto\.)\b/;

/** The longest file of ours that still holds one idea. */
const FILE_LINES_MAX = 600;

interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const packages = readdirSync(join(repositoryRoot, "packages")).filter((name) =>
  existsSync(join(repositoryRoot, "packages", name, "package.json")),
);

describe("house rules", () => {
  for (const name of packages) {
    const sources = sourcesOf(join(repositoryRoot, "packages", name, "src"));

    it(`${name} imports only what its charter allows`, () => {
      const allowed = MAY_IMPORT[name];
      assert.ok(allowed, `${name} has no line in the charter`);
      for (const { path, imports } of sources) {
        for (const specifier of imports) {
          const other = /^@causeway\/([^/]+)/.exec(specifier)?.[1];
          if (other !== undefined) assert.ok(allowed.includes(other), `${path} imports ${specifier}`);
          for (const { library, owners } of OWNED_LIBRARIES) {
            if (library.test(specifier))
              assert.ok(owners.includes(name), `${path} imports ${specifier}, owned by ${owners}`);
          }
        }
      }
    });

    it(`${name} declares what it imports, and no workspace package beyond`, () => {
      const { dependencies = {} } = JSON.parse(
        readFileSync(join(repositoryRoot, "packages", name, "package.json"), "utf8"),
      ) as { dependencies?: Record<string, string> };
      const imported = new Set(sources.flatMap(({ imports }) => imports.flatMap(packageOf)));
      const declared = Object.keys(dependencies);
      assert.deepEqual(
        [...imported].filter((other) => !declared.includes(other)),
        [],
        "imported and not declared",
      );
      assert.deepEqual(
        declared.filter((other) => other.startsWith("@causeway/") && !imported.has(other)),
        [],
        "declared and not imported",
      );
    });

    it(`${name} has no barrel, no drawer, no escape from the type checker, nothing left for later, no endless file`, () => {
      for (const { path, text } of sources) {
        assert.doesNotMatch(
          path,
          /(^|\/)(index|utils?|helpers?)\.tsx?$/,
          `${path}: name the file for what it holds`,
        );
        assert.doesNotMatch(text, /@ts-ignore|@ts-nocheck/, path);
        assert.doesNotMatch(withoutComments(text), /\bas any\b|: any\b|<any>/, path);
        assert.doesNotMatch(text, /\b(TODO|FIXME|XXX)\b/, path);
        const lines = text.split("\n").length;
        assert.ok(lines <= FILE_LINES_MAX, `${path} has ${lines} lines, more than ${FILE_LINES_MAX}`);
      }
    });
  }

  for (const name of PURE) {
    it(`${name} knows no wall clock, randomness, timer or platform (principle 3)`, () => {
      for (const { path, text } of sourcesOf(join(repositoryRoot, "packages", name, "src"))) {
        assert.doesNotMatch(withoutComments(text), IMPURE_CALLS, path);
      }
    });
  }

  for (const name of BROWSER_SAFE) {
    it(`${name} is browser-safe`, () => {
      for (const { path, text, imports } of sourcesOf(join(repositoryRoot, "packages", name, "src"))) {
        for (const specifier of imports)
          assert.doesNotMatch(specifier, /^node:/, `${path} imports ${specifier}`);
        assert.doesNotMatch(withoutComments(text), /\b(process\.|Buffer\b|__dirname)/, path);
      }
    });
  }

  it("consensus never reads L1 (principle 1)", () => {
    for (const name of ["protocol", "consensus", "chain", "network", "rpc", "node"])
      for (const { path, imports } of sourcesOf(join(repositoryRoot, "packages", name, "src")))
        for (const specifier of imports)
          assert.doesNotMatch(specifier, /^@causeway\/(bridge|relayer|explorer)\b/, path);
  });

  it("ARCHITECTURE.md charters every package, and says who may import whom as it is held here", () => {
    const text = readFileSync(join(repositoryRoot, "ARCHITECTURE.md"), "utf8");
    for (const name of packages) {
      const row = text.split("\n").find((line) => line.startsWith(`| \`${name}\``));
      assert.ok(row !== undefined, `no charter for ${name}`);
      const mayImport = row.split("|").at(-2) ?? "";
      const named = [...mayImport.matchAll(/`([a-z]+)`/g)].map(([, other]) => other);
      if (mayImport.trim() !== "all") assert.deepEqual(named, MAY_IMPORT[name], name);
    }
  });

  it("no test is focused", () => {
    const roots = [...packages.map((name) => join("packages", name, "test")), "test"];
    for (const root of roots) {
      for (const { path, text } of sourcesOf(join(repositoryRoot, root))) {
        assert.doesNotMatch(text, /\b(describe|it|context)\.only\(/, path);
      }
    }
  });
});

function sourcesOf(root: string): SourceFile[] {
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .filter((name) => name !== "dist" && name !== "node_modules")
    .flatMap((name) => {
      const path = join(root, name);
      if (statSync(path).isDirectory()) return sourcesOf(path);
      if (!/\.tsx?$/.test(name)) return [];
      const text = readFileSync(path, "utf8");
      return [{ path: relative(repositoryRoot, path), text, imports: importsOf(text) }];
    });
}

/** Specifiers of static, dynamic and re-exporting imports. */
function importsOf(text: string): string[] {
  const code = withoutComments(text);
  return [...code.matchAll(/(?<!["'])\b(?:from\s+|import\s*\(?\s*)"([@\w./:-]+)"/g)].map(
    (match) => match[1] as string,
  );
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[^:"'`])\/\/.*$/gm, "$1");
}

/** The npm package of a specifier; none for our own files, Node's modules and types alone. */
function packageOf(specifier: string): string[] {
  if (/^(\.|node:|virtual:)/.test(specifier)) return [];
  const [scope = "", name] = specifier.split("/");
  return [scope.startsWith("@") ? `${scope}/${name}` : scope];
}
