import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { createProgram } from "../src/program.js";
import { causeway } from "./support/causeway.js";
import { tempDir } from "./support/tempDir.js";

const COMMANDS = ["devnet", "init", "node", "validator", "bridge", "relayer", "explorer", "chain", "account"];
const SUBCOMMANDS = [
  "bridge deploy",
  "bridge audit",
  "chain head",
  "account new",
  "account show",
  ...[
    "list",
    "propose",
    "vote",
    "execute",
    "init-node",
    "new-key",
    "ready",
    "rotate",
    "remove-self",
    "sweep",
  ].map((name) => `validator ${name}`),
];

function subcommand(parent: Command, name: string): Command {
  return parent.commands.find((command) => command.name() === name) ?? assert.fail(name);
}

describe("causeway", () => {
  const path = tempDir();

  function fails(args: string[], status: number, message: RegExp): void {
    const ended = causeway(args);
    assert.match(ended.stderr, message);
    assert.equal(ended.status, status, ended.stderr);
    assert.equal(ended.stdout, "");
    assert.doesNotMatch(ended.stderr, /\n\s+at /, "no stack trace (X10)");
  }

  it("lists its commands and exit codes, and helps with each", () => {
    const { status, stdout } = causeway(["--help"]);
    assert.equal(status, 0);
    for (const command of COMMANDS) assert.match(stdout, new RegExp(`\\n  ${command}\\b`));
    assert.match(stdout, /Exit codes: 0 ok, 1 failure, 2 usage or configuration, 3 safety stop/);
    for (const path of [...COMMANDS, ...SUBCOMMANDS]) {
      const help = path.split(" ").reduce(subcommand, createProgram()).helpInformation();
      assert.match(help, new RegExp(`^Usage: causeway ${path}`), path);
    }
  });

  it("points to the help of the very command that was wrong", () => {
    fails(["frobnicate"], 2, /unknown command 'frobnicate'/);
    fails(["chain", "head"], 2, /'--datadir <path>' not specified\n\(causeway chain head --help/);
  });

  it("names file and field of a genesis or config that does not fit", async () => {
    await writeFile(path("empty.json"), "{}");
    await writeFile(path("torn.json"), "{");
    const deploy = (genesis: string) => [
      ...["bridge", "deploy", "--l1-rpc", "http://127.0.0.1:1"],
      ...["--genesis", path(genesis)],
    ];
    fails(deploy("empty.json"), 2, /^causeway: genesis .*empty\.json: config /);
    fails(deploy("torn.json"), 2, /genesis .*torn\.json: is not JSON/);
    fails(deploy("no.json"), 2, /genesis .*no\.json: cannot be read \(ENOENT\)/);
    fails(["node", "--config", path("empty.json")], 2, /config .*empty\.json: /);
    fails(["relayer", "--config", path("empty.json")], 2, /config .*empty\.json: /);
    fails(["explorer", "--config", path("empty.json")], 2, /config .*empty\.json: "genesis"/);
    const relayer = { genesis: "g", keystore: "k", passwordFile: "p", colour: 1 };
    await writeFile(path("relayer.json"), JSON.stringify(relayer));
    fails(["relayer", "--config", path("relayer.json")], 2, /^causeway: config .*relayer\.json: /);
  });

  it("traces one simulated network, not some of several", () => {
    fails(["sim", "--seed", "7", "--runs", "2", "--trace"], 2, /--trace needs a single run, not --runs 2/);
  });

  it("looks at a chain only where a node is, and needs a bridge to deploy one", () => {
    assert.equal(causeway(["init", "--validators", "1", "--devnet", "--dir", path("net")]).status, 0);
    const genesis = ["--genesis", path("net/genesis.json")];
    fails(
      ["chain", "head", ...genesis, "--datadir", path("nowhere")],
      2,
      /--datadir .*nowhere holds no chain/,
    );
    assert.equal(existsSync(path("nowhere")), false);
    const head = causeway(["chain", "head", ...genesis, "--datadir", path("net/node-1/chain")]);
    assert.equal(JSON.parse(head.stdout).number, 0);
    assert.equal(head.stderr, "");
    const deploy = ["bridge", "deploy", ...genesis, "--l1-rpc", "http://127.0.0.1:1"];
    fails(deploy, 2, /genesis\.json is of a chain without a bridge/);
  });
});
