import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { readFile, rm, stat } from "node:fs/promises";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import { causeway } from "../support/causeway.js";
import { tempDir } from "../support/tempDir.js";

const ACCOUNT = `0x${"a1".repeat(20)}`;
const L1 = ["--l1-chain-id", "11155111", "--deployer", ACCOUNT, "--deployer-nonce", "0"];

describe("causeway init", () => {
  const path = tempDir();
  const init = (...args: string[]) => causeway(["init", "--dir", path("net"), ...args]);

  /** Exit code 2, one sentence, and no file: what is wrong is said before there are keys. */
  function refused(args: string[], message: RegExp): void {
    const { status, stderr } = init(...args);
    assert.match(stderr, message);
    assert.equal(status, 2, stderr);
    assert.doesNotMatch(stderr, /\n\s+at /, "no stack trace (X10)");
    assert.equal(existsSync(path("net")), false, "nothing is left behind");
  }

  it("writes a network whose secrets only their owner reads, once", async () => {
    const made = init("--validators", "1", "--devnet", "--fund", `${ACCOUNT}=1.5`, "--fund", `${ACCOUNT}=2`);
    assert.equal(made.status, 0, made.stderr);
    assert.match(made.stderr, /warning: 1 validators tolerate 0 faults \(C17\)/);
    assert.match(made.stdout, /^chain 73311, genesis 0x[0-9a-f]{64}\n/);
    const secrets = [
      "consensus.json",
      "consensus.password",
      "operator.json",
      "operator.password",
      "identity.key",
    ];
    for (const file of secrets)
      assert.equal((await stat(path("net/node-1", file))).mode & 0o777, 0o600, file);
    assert.equal(readdirSync(path("net/node-1/safety")).length, 1, "the record comes with the key (W5)");
    const genesis = JSON.parse(await readFile(path("net/genesis.json"), "utf8"));
    assert.equal(BigInt(genesis.alloc[ACCOUNT].balance), 35n * 10n ** 17n, "funded twice gets both");

    const before = await readFile(path("net/node-1/consensus.json"), "utf8");
    const again = init("--validators", "1", "--devnet");
    assert.equal(again.status, 2);
    assert.match(again.stderr, /already holds a network, and keys are never overwritten/);
    assert.equal(await readFile(path("net/node-1/consensus.json"), "utf8"), before);

    // The genesis is written last: without it the rest is what an interrupted init left.
    await rm(path("net/genesis.json"));
    const broken = init("--validators", "1", "--devnet");
    assert.equal(broken.status, 2);
    assert.match(broken.stderr, /node-1 exists without .*genesis\.json: .* interrupted; .* run this again/);
    assert.equal(await readFile(path("net/node-1/consensus.json"), "utf8"), before);
  });

  it("refuses flags out of bounds, unknown ones and bridge flags alone", () => {
    refused(
      ["--validators", "0"],
      /'--validators <n>' argument '0' is invalid. It must be a whole number from 1 to 64/,
    );
    refused(["--validators", "4", "--colour"], /unknown option '--colour'\n\(causeway init --help/);
    refused(
      ["--validators", "4", "--l1-chain-id", "1"],
      /--l1-chain-id: .* also needs --deployer, --deployer-nonce/,
    );
    refused(["--validators", "4", "--l1-rpc", "http://x"], /--l1-rpc: .* also needs --l1-chain-id/);
    for (const bad of ["nobody=1", `${ACCOUNT}=-1`]) {
      refused(["--validators", "4", "--fund", bad], /--fund/);
    }
  });

  it("refuses what makes no genesis before it makes keys", () => {
    refused(["--validators", "4", ...L1, "--attesters", "2"], /2 attesters given, at least 4/);
    refused(["--validators", "3", ...L1], /--validators 3: a bridged chain needs at least 4 \(C17\)/);
    refused(["--validators", "4", "--devnet", ...L1], /--devnet is for a local L1/);
    refused(["--validators", "4", "--chain-id", "11155111", ...L1], /--chain-id 11155111 .*\(EIP-155\)/);
    refused(
      ["--validators", "2", "--rpc-port", "65530"],
      /--rpc-port 65530: its 2 ports would go up to 65540, and 65535 is the last/,
    );
    refused(
      ["--validators", "1", "--fund", `${PREDEPLOYS.mint}=1`],
      /is a system contract and cannot be funded/,
    );
    refused(
      ["--validators", "1", "--request-timeout", "600000"],
      /maxRequestTimeoutMs must not be below requestTimeoutMs/,
    );
    refused(
      ["--validators", "1", "--preset", path("nowhere.json")],
      /config .*nowhere\.json: cannot be read/,
    );
  });
});
