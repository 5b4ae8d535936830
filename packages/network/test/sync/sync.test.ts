import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { CertifiedBlock } from "@causeway/protocol/certifiedBlock";
import { CausewayError } from "@causeway/protocol/errors";
import { encodeFrame } from "@causeway/protocol/wire/frame";
import { syncFrameBytesMax } from "@causeway/protocol/wire/frameLimits";
import { encodeBlocks } from "@causeway/protocol/wire/syncCodec";
import { NetworkError } from "../../src/networkError.js";
import { SYNC_PROTOCOL } from "../../src/protocols.js";
import { type Attacker, attack, shakeHands } from "../support/attacker.js";
import { certified, sampleBlock } from "../support/sampleChain.js";
import { MAX_BLOCK_BYTES, startMesh, startNode, stopAll, type TestNode } from "../support/testNode.js";
import { until } from "../support/until.js";

const chain: readonly CertifiedBlock[] = [1, 2, 3, 4, 5].map((height) => certified(sampleBlock(height)));

function codeIs(code: string) {
  return (error: unknown) => error instanceof NetworkError && error.code === code;
}

describe("sync by range and by hash (C2)", () => {
  let nodes: TestNode[];
  before(async () => {
    const readBlocks = async (from: number, count: number) => chain.slice(from - 1, from - 1 + count);
    const readBlock = async (hash: string) => chain.find(({ block }) => block.hash === hash)?.block ?? null;
    nodes = await startMesh(2, { handlers: { readBlocks, readBlock } });
  });
  after(() => stopAll(nodes));
  const peer = () => (nodes[1] as TestNode).network.peerId;
  const network = () => (nodes[0] as TestNode).network;

  it("serves the asked range", async () => {
    assert.deepEqual(await network().requestBlocks(peer(), 2, 3), chain.slice(1, 4));
  });

  it("serves fewer at the end of the chain, none beyond it", async () => {
    assert.deepEqual(await network().requestBlocks(peer(), 5, 100), chain.slice(4));
    assert.deepEqual(await network().requestBlocks(peer(), 6, 100), []);
  });

  it("serves a block by hash, null for an unknown one", async () => {
    const { block } = chain[2] as CertifiedBlock;
    assert.deepEqual(await network().requestBlock(peer(), block.hash), block);
    assert.equal(await network().requestBlock(peer(), `0x${"11".repeat(32)}`), null);
  });

  it("PeerNotConnected: an unknown peer", async () => {
    await assert.rejects(network().requestBlocks("nobody", 1, 1), codeIs("PeerNotConnected"));
  });
});

describe("sync answers are bounded", () => {
  it("sends as many blocks as fit one frame", async () => {
    const large = [1, 2, 3].map((height) => certified(sampleBlock(height, 400_000)));
    const [a, b] = (await startMesh(2, { handlers: { readBlocks: async () => large } })) as [
      TestNode,
      TestNode,
    ];
    const received = await a.network.requestBlocks(b.network.peerId, 1, 3);
    assert.deepEqual(received, large.slice(0, 2));
    await stopAll([a, b]);
  });

  it("counts the certificates, too: no honest answer is larger than its reader takes", async () => {
    const room = syncFrameBytesMax(MAX_BLOCK_BYTES) / 10 - 100;
    const payload = Math.floor(room - (sampleBlock(1, 50_000).bytes.length - 50_000));
    const blocks = Array.from({ length: 10 }, (_, i) => certified(sampleBlock(i + 1, payload)));
    const [a, b] = (await startMesh(2, { handlers: { readBlocks: async () => blocks } })) as [
      TestNode,
      TestNode,
    ];
    const received = await a.network.requestBlocks(b.network.peerId, 1, 10);
    assert.deepEqual(received, blocks.slice(0, 9));
    await stopAll([a, b]);
  });
});

describe("a host that cannot read", () => {
  it("HostFailed: is logged here and ends the request there, without blame for either peer", async () => {
    const readBlocks = () =>
      Promise.reject(new CausewayError({ code: "WireMalformed", field: "store" }, "disk"));
    const [a, b] = (await startMesh(2, { handlers: { readBlocks } })) as [TestNode, TestNode];
    await assert.rejects(a.network.requestBlocks(b.network.peerId, 1, 3), codeIs("PeerLost"));
    await until("logged", () => b.log.some(({ fields }) => String(fields.reason).includes("disk")));
    for (const { network } of [a, b]) assert.equal(network.peers()[0]?.score, 0);
    await stopAll([a, b]);
  });
});

describe("sync from a hostile peer", () => {
  let node: TestNode;
  let attacker: Attacker;
  let answer: Uint8Array | null;
  beforeEach(async () => {
    node = await startNode(0);
    attacker = await attack(node);
    await attacker.node.handle(SYNC_PROTOCOL, (stream) => {
      if (answer !== null) stream.send(answer);
    });
    await shakeHands(attacker);
    await until("connected", () => node.network.peers().length === 1);
  });
  afterEach(async () => {
    await attacker.stop();
    await node.network.stop();
  });
  const request = (signal?: AbortSignal) => node.network.requestBlocks(attacker.peerId, 1, 2, signal);
  const score = () => node.network.peers()[0]?.score ?? 0;

  const malformed: Record<string, () => Uint8Array> = {
    "other heights than asked": () => encodeFrame(encodeBlocks(chain.slice(1, 3))),
    "more blocks than asked": () => encodeFrame(encodeBlocks(chain.slice(0, 3))),
    "another block's certificate": () =>
      encodeFrame(
        encodeBlocks([
          { ...(chain[0] as CertifiedBlock), certificate: (chain[1] as CertifiedBlock).certificate },
        ]),
      ),
    garbage: () => encodeFrame(new Uint8Array([0x21, 0x00, 0x01])),
    "an oversized frame": () => new Uint8Array([0xff, 0xff, 0xff, 0x7f]),
  };
  for (const [name, bytes] of Object.entries(malformed)) {
    it(`AnswerMalformed: ${name}`, async () => {
      answer = bytes();
      await assert.rejects(request(), codeIs("AnswerMalformed"));
      assert.ok(score() < 0);
    });
  }

  it("RequestTimeout: a peer that never answers", async () => {
    answer = null;
    await assert.rejects(request(), codeIs("RequestTimeout"));
    assert.ok(score() < 0);
  });

  it("RequestAborted: the caller gives up", async () => {
    answer = null;
    const caller = new AbortController();
    const pending = request(caller.signal);
    await delay(0);
    caller.abort();
    await assert.rejects(pending, codeIs("RequestAborted"));
    assert.equal(score(), 0);
  });

  it("PeerLost: the peer goes away", async () => {
    answer = null;
    const pending = request();
    await attacker.stop();
    await assert.rejects(pending, codeIs("PeerLost"));
  });

  it("N2: a malformed request is scored", async () => {
    const stream = await attacker.open(SYNC_PROTOCOL);
    stream.send(encodeFrame(new Uint8Array([0x20, 0xc2, 0x80, 0x01])));
    await until("penalised", () => score() < 0);
  });
});
