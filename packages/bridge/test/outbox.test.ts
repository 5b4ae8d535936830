import assert from "node:assert/strict";
import { bytecode } from "@causeway/contracts/AccumulatingOutbox";
import { type Address, type Hex, ZERO_HASH } from "@causeway/protocol/hex";
import { rootFromProof } from "@causeway/protocol/merkleTree";
import { concat, type Signer } from "ethers";
import { BridgeError } from "../src/bridgeError.js";
import { OUTBOX } from "../src/contractInterfaces.js";
import { type MessageCache, type MirroredLeaf, OutboxMirror } from "../src/messages/outboxMirror.js";
import { readAccumulator, readOutboxState } from "../src/messages/readOutbox.js";
import { type ProvenOutbox, readProvenOutbox } from "../src/messages/readProvenOutbox.js";
import type { RpcReader } from "../src/rpc/rpcReader.js";
import { sendTransaction } from "../src/rpc/sendTransaction.js";
import { lyingReader, startTestL1, type TestL1 } from "./testL1.js";

const MESSAGES = 5;

describe("an Outbox on a real L1", () => {
  let l1: TestL1;
  let outbox: Address;
  let signer: Signer;
  let proven: ProvenOutbox;
  let block: number;

  before(async () => {
    l1 = await startTestL1();
    signer = await l1.signer(0);
    const receipt = await sendTransaction(signer, {
      data: concat([bytecode, OUTBOX.encodeDeploy([73_311])]) as Hex,
    });
    outbox = String(receipt.contractAddress).toLowerCase() as Address;
    for (let i = 0; i < MESSAGES; i++) await sendMessage(i);
    block = Number(await l1.reader.send("eth_blockNumber", []));
    proven = await readProvenOutbox(l1.reader, outbox, block);
  });

  after(() => l1?.stop());

  async function sendMessage(i: number): Promise<void> {
    const data = OUTBOX.encodeFunctionData("send", [outbox, 100_000, `0x0${i}`]) as Hex;
    await sendTransaction(signer, { to: outbox, data });
  }

  const isCode = (code: string) => (error: BridgeError) =>
    error instanceof BridgeError && error.code === code;

  it("is proved against the header, as its contract says", async () => {
    const { root, count } = proven;
    assert.deepEqual({ root, count }, await readOutboxState(l1.reader, outbox));
    assert.equal(count, MESSAGES);
  });

  it("ProofInvalid for a proof with an altered, a missing or a foreign node", async () => {
    type Proof = { accountProof: Hex[]; storageProof: { proof: Hex[] }[] };
    const lies: ((proof: Proof) => void)[] = [
      ({ accountProof }) => accountProof.splice(0, 1, `${accountProof[0]?.slice(0, -2)}00` as Hex),
      ({ accountProof }) => accountProof.pop(),
      ({ storageProof: [root] }) => root?.proof.pop(),
      ({ storageProof: [root] }) => root?.proof.splice(0, root.proof.length),
      ({ storageProof: [root, count] }) => root?.proof.splice(0, root.proof.length, ...(count?.proof ?? [])),
      ({ accountProof, storageProof: [root] }) => root?.proof.splice(0, root.proof.length, ...accountProof),
    ];
    for (const lie of lies) {
      const liar = lyingReader(l1.reader, (method, answer) => {
        if (method === "eth_getProof") lie(answer as Proof);
        return answer;
      });
      await assert.rejects(readProvenOutbox(liar, outbox, block), isCode("ProofInvalid"), String(lie));
    }
  });

  it("ProofInvalid for the proof of another block or another contract", async () => {
    const earlier = await l1.reader.send("eth_getProof", [
      outbox,
      [`0x${"0".repeat(64)}`, `0x${"0".repeat(63)}1`],
      "0x2",
    ]);
    const liar = lyingReader(l1.reader, (method, answer) => (method === "eth_getProof" ? earlier : answer));
    await assert.rejects(readProvenOutbox(liar, outbox, block), isCode("ProofInvalid"));
    const nobody = await l1.address(7);
    await assert.rejects(readProvenOutbox(liar, nobody, block), isCode("ProofInvalid"));
  });

  it("is empty where nothing was deployed", async () => {
    const { root, count } = await readProvenOutbox(l1.reader, `0x${"5e".repeat(20)}`, block);
    assert.deepEqual({ root, count }, { root: ZERO_HASH, count: 0 });
  });

  it("RpcMalformed for an answer that is no proof", async () => {
    for (const answer of [
      null,
      {},
      { accountProof: "0x", storageProof: [] },
      { accountProof: [1], storageProof: [] },
    ]) {
      const liar = lyingReader(l1.reader, (method, honest) => (method === "eth_getProof" ? answer : honest));
      await assert.rejects(readProvenOutbox(liar, outbox, block), isCode("RpcMalformed"));
    }
  });

  it("is mirrored from its logs; every message proves under every later root", async () => {
    const mirror = new OutboxMirror(l1.reader, outbox);
    await mirror.syncTo(proven, block);
    for (let count = 1; count <= MESSAGES; count++) {
      for (let nonce = 0; nonce < count; nonce++) {
        const { leaf, proof } = mirror.prove(nonce, count);
        assert.equal(rootFromProof(leaf, nonce, proof), mirror.rootAt(count));
      }
    }
    assert.equal(mirror.hasPrefix(proven), true);
    assert.equal(mirror.hasPrefix({ root: proven.root, count: MESSAGES - 1 }), false);
    assert.equal(mirror.hasPrefix({ root: proven.root, count: MESSAGES + 1 }), false);
  });

  it("LogsIncomplete when eth_getLogs is empty, partial or altered; the mirror recovers", async () => {
    type Log = { data: string };
    const lies: ((logs: Log[]) => Log[])[] = [
      () => [],
      (logs) => logs.slice(0, -1),
      (logs) => logs.slice(1),
      (logs) => logs.filter((_, i) => i !== 2),
      (logs) =>
        logs.map((log, i) => (i === 1 ? { ...log, data: log.data.replace("0100000", "0200000") } : log)),
    ];
    for (const lie of lies) {
      let lying = true;
      const liar = lyingReader(l1.reader, (method, answer) =>
        method === "eth_getLogs" && lying ? lie(answer as Log[]) : answer,
      );
      const mirror = new OutboxMirror(liar, outbox);
      await assert.rejects(mirror.syncTo(proven, block), isCode("LogsIncomplete"), String(lie));
      lying = false;
      await mirror.syncTo(proven, block);
      assert.equal(mirror.count, MESSAGES);
    }
  });

  it("RootMismatch when the logs are those of another fork; the mirror starts over", async () => {
    const mirror = new OutboxMirror(l1.reader, outbox);
    const other = { root: proven.header.hash, count: MESSAGES };
    await assert.rejects(mirror.syncTo(other, block), isCode("RootMismatch"));
    assert.equal(mirror.count, 0);
    await mirror.syncTo(proven, block);
  });

  it("a cached mirror reads no log again, and believes its cache no more than logs", async () => {
    let cached: MirroredLeaf[] = [];
    let next = 0;
    const cache: MessageCache = {
      load: async () => ({ leaves: cached, nextBlock: next }),
      async add(first, leaves, nextBlock) {
        assert.equal(first, cached.length);
        cached.push(...leaves);
        next = nextBlock;
      },
      async clear() {
        cached = [];
      },
    };
    await new OutboxMirror(l1.reader, outbox, 0, cache).syncTo(proven, block);
    assert.equal(cached.length, MESSAGES);
    const withoutLogs = lyingReader(l1.reader, (method) => assert.fail(`asked for ${method}`));
    await new OutboxMirror(withoutLogs, outbox, 0, cache).syncTo(proven, block);

    cached.reverse();
    const mirror = new OutboxMirror(l1.reader, outbox, 0, cache);
    await assert.rejects(mirror.syncTo(proven, block), isCode("RootMismatch"));
    await mirror.syncTo(proven, block);
    assert.deepEqual(
      cached.map(({ sent }) => sent?.message.nonce),
      [0, 1, 2, 3, 4],
    );
  });

  it("reads on where a node failed, instead of reading a long history again and again", async () => {
    const head = 6_500;
    const asked: string[] = [];
    let failing = true;
    const flaky: RpcReader = {
      async send(method, params) {
        const { fromBlock } = (params[0] ?? {}) as { fromBlock?: string };
        if (failing && asked.length === 2) {
          failing = false;
          throw new BridgeError({ code: "RpcUnreachable", method }, "down");
        }
        asked.push(String(fromBlock));
        // The real chain ends long before the second range.
        return Number(fromBlock) === 0 ? l1.reader.send(method, params) : [];
      },
    };
    const mirror = new OutboxMirror(flaky, outbox);
    await assert.rejects(
      mirror.syncTo({ root: proven.root, count: MESSAGES + 1 }, head),
      isCode("RpcUnreachable"),
    );
    await mirror.syncTo(proven, head);
    await assert.rejects(
      mirror.syncTo({ root: proven.root, count: MESSAGES + 1 }, head),
      isCode("LogsIncomplete"),
    );
    assert.deepEqual(
      asked,
      [0, 2_000, 4_000, 6_000].map((from) => `0x${from.toString(16)}`),
    );
  });

  it("is believed with the leaves alone of messages that are not kept", async () => {
    const mirror = new OutboxMirror(l1.reader, outbox, 0, undefined, ({ nonce }) => nonce === 3);
    await mirror.syncTo(proven, block);
    assert.equal(mirror.count, MESSAGES);
    const { leaf, proof } = mirror.prove(3, MESSAGES);
    assert.equal(rootFromProof(leaf, 3, proof), proven.root);
    assert.equal(mirror.message(2), undefined);
    assert.throws(() => mirror.prove(2, MESSAGES), RangeError);
  });

  it("keeps the accumulator of every count", async () => {
    const accumulators = await Promise.all(
      [0, 1, MESSAGES, MESSAGES + 1].map((count) => readAccumulator(l1.reader, outbox, count)),
    );
    assert.equal(new Set(accumulators.slice(0, 3)).size, 3);
    assert.equal(accumulators[0], accumulators[3]);
  });
});
