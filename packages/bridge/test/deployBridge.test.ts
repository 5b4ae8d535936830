import assert from "node:assert/strict";
import type { Hex } from "@causeway/protocol/hex";
import { predictBridge } from "@causeway/protocol/predictBridge";
import { concat, toBeHex } from "ethers";
import { auditL1 } from "../src/audit/auditBridge.js";
import type { BridgeError } from "../src/bridgeError.js";
import { contractCreation } from "../src/deployment/contractCreation.js";
import { deployBridge } from "../src/deployment/deployBridge.js";
import { sendTransaction } from "../src/rpc/sendTransaction.js";
import { BACKING_WEI, testCommitment } from "./testGenesis.js";
import { startTestL1, type TestL1 } from "./testL1.js";

const L1_CHAIN_ID = 31_337;

describe("deployBridge", () => {
  let l1: TestL1;

  beforeEach(async () => {
    l1 = await startTestL1();
  });

  afterEach(() => l1?.stop());

  const isCode = (code: string) => (error: BridgeError) => error.code === code;

  async function commitmentFor(deployer: number, nonce: number) {
    return testCommitment(predictBridge(L1_CHAIN_ID, await l1.address(deployer), nonce));
  }

  async function sendNothing(index: number): Promise<void> {
    const signer = await l1.signer(index);
    await (await signer.sendTransaction({ to: await signer.getAddress() })).wait();
  }

  it("puts four contracts at the predicted addresses, backed, and audits them (B9)", async () => {
    const commitment = await commitmentFor(0, 0);
    const bridge = await deployBridge(l1.reader, await l1.signer(0), commitment);
    assert.deepEqual(bridge, commitment.genesis.config.causeway.bridge);
    assert.equal(
      BigInt(String(await l1.reader.send("eth_getBalance", [bridge.vault, "latest"]))),
      BACKING_WEI,
    );
    const findings = await auditL1(l1.reader, commitment);
    assert.deepEqual(
      findings.filter(({ ok }) => !ok),
      [],
    );
  });

  it("works from a deployer that has sent before, when the genesis says so", async () => {
    await sendNothing(3);
    await sendNothing(3);
    await deployBridge(l1.reader, await l1.signer(3), await commitmentFor(3, 2));
  });

  it("AddressMismatch for another deployer, before anything is sent", async () => {
    const commitment = await commitmentFor(0, 0);
    const deploying = deployBridge(l1.reader, await l1.signer(1), commitment);
    await assert.rejects(deploying, isCode("AddressMismatch"));
    assert.equal(await l1.reader.send("eth_blockNumber", []), "0x0");
  });

  it("AddressMismatch when the deployer's nonce has moved on", async () => {
    const commitment = await commitmentFor(0, 0);
    await sendNothing(0);
    const deploying = deployBridge(l1.reader, await l1.signer(0), commitment);
    await assert.rejects(deploying, isCode("AddressMismatch"));
  });

  it("NoBridge and WrongChain", async () => {
    const signer = await l1.signer(0);
    await assert.rejects(deployBridge(l1.reader, signer, testCommitment(null)), isCode("NoBridge"));
    const elsewhere = testCommitment(predictBridge(1, await l1.address(0), 0));
    await assert.rejects(deployBridge(l1.reader, signer, elsewhere), isCode("WrongChain"));
  });

  it("goes on where it stopped, and does nothing the third time", async () => {
    const commitment = await commitmentFor(0, 0);
    const signer = await l1.signer(0);
    const stopAfterTwo = deployBridge(l1.reader, signer, commitment, ({ contract }) => {
      if (contract === "inbox") throw new Error("interrupted");
    });
    await assert.rejects(stopAfterTwo, /interrupted/);
    const steps: boolean[] = [];
    await deployBridge(l1.reader, signer, commitment, ({ done }) => steps.push(done));
    await deployBridge(l1.reader, signer, commitment, ({ done }) => steps.push(done));
    assert.deepEqual(steps, [true, true, false, false, true, true, true, true]);
  });

  it("CodeMismatch when something else stands at an address; the audit names what differs", async () => {
    const commitment = await commitmentFor(0, 0);
    const signer = await l1.signer(0);
    const bridge = await deployBridge(l1.reader, signer, commitment);

    const other = { ...commitment, genesisHash: commitment.genesisStateRoot };
    const failed = (await auditL1(l1.reader, other)).filter(({ ok }) => !ok).map(({ check }) => check);
    assert.deepEqual(failed, ["creation", "DOMAIN_SEPARATOR", "checkpoint 0"]);
    await assert.rejects(deployBridge(l1.reader, signer, other), isCode("CodeMismatch"));

    const code = String(await l1.reader.send("eth_getCode", [bridge.inbox, "latest"]));
    await l1.reader.send("anvil_setCode", [bridge.inbox, `${code.slice(0, 200)}ff${code.slice(202)}`]);
    const findings = (await auditL1(l1.reader, commitment)).filter(({ ok }) => !ok);
    assert.deepEqual(
      findings.map(({ contract, check }) => [contract, check]),
      [["inbox", "code"]],
    );
  });

  it("a deployer whose own constructor writes storage first, then returns the right code, is found out", async () => {
    const commitment = await commitmentFor(0, 0);
    const signer = await l1.signer(0);
    const before = await l1.reader.send("evm_snapshot", []);
    const bridge = await deployBridge(l1.reader, signer, commitment);
    const inboxCode = String(await l1.reader.send("eth_getCode", [bridge.inbox, "latest"]));
    await l1.reader.send("evm_revert", [before]);

    await sendTransaction(signer, contractCreation("outbox", bridge, commitment));
    await sendTransaction(signer, contractCreation("view", bridge, commitment));
    // A failed message nobody ever proved could be retried: it would pay out everything.
    await sendTransaction(signer, { data: creationWithStorage(inboxCode) });
    await assert.rejects(deployBridge(l1.reader, signer, commitment), isCode("CodeMismatch"));
    const findings = (await auditL1(l1.reader, commitment)).filter(({ ok }) => !ok);
    assert.deepEqual(
      findings.map(({ contract, check, actual }) => [contract, check, actual]),
      [["inbox", "creation", "different"]],
    );
  });
});

/** Creation code that stores a word in slot 7, then returns `code`. */
function creationWithStorage(code: string): Hex {
  const length = toBeHex((code.length - 2) / 2, 2);
  // PUSH1 1 PUSH1 7 SSTORE, CODECOPY what follows these 17 bytes, RETURN it
  return concat(["0x6001600755", "0x61", length, "0x6011", "0x5f39", "0x61", length, "0x5ff3", code]) as Hex;
}
