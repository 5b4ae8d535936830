import { strict as assert } from "node:assert";
import { abi as tokenAbi, bytecode as tokenCode } from "@causeway/contracts/TestToken";
import { CausewayError } from "@causeway/protocol/errors";
import { ContractFactory, type TransactionReceipt } from "ethers";
import { WebSocket } from "ws";
import { FeedClient, type FeedSocket } from "../src/feed/feedClient.js";
import { type BlockPayload, FEED_LIMITS } from "../src/feed/feedProtocol.js";
import type { Explorer } from "../src/startExplorer.js";
import { type Anvil, startAnvil } from "./support/anvil.js";
import { CertifiedChain, serveChain } from "./support/certifiedChain.js";
import { startTestExplorer } from "./support/explorerUnderTest.js";
import { type FeedTap, type RawMessage, tapFeed } from "./support/feedTap.js";
import { type TempDir, tempDir } from "./support/tempDir.js";
import { waitFor } from "./support/waitFor.js";

/** anvil finalizes arithmetically, two blocks behind its head. */
const FINALITY_BLOCKS = 2;
const RETENTION_EVENTS = 200;

describe("explorer over a real node", () => {
  let anvil: Anvil;
  let dir: TempDir;
  let explorer: Explorer;
  let taps: FeedTap[] = [];

  before(async () => {
    [anvil, dir] = await Promise.all([startAnvil(), tempDir()]);
    explorer = await start();
  });

  afterEach(async () => {
    for (const { socket } of taps) socket.terminate();
    taps = [];
  });

  after(async () => {
    await explorer?.close();
    await anvil?.close();
    await dir?.remove();
  });

  const start = () =>
    startTestExplorer({
      rpcUrl: anvil.url,
      dataDir: dir.path,
      retentionEvents: RETENTION_EVENTS,
      maxConnectionsPerAddress: 4,
    });

  const tap = async (headers?: Record<string, string>): Promise<FeedTap> => {
    const opened = await tapFeed(explorer.url, headers);
    taps.push(opened);
    return opened;
  };

  const get = async (path: string): Promise<{ status: number; body: Record<string, unknown> }> => {
    const response = await fetch(`${explorer.url}${path}`);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  /** Mine until what is there now is final, and wait until it is indexed. */
  const settle = async (): Promise<number> => {
    await anvil.mine(FINALITY_BLOCKS);
    return mineAndIndex(0);
  };

  const mineAndIndex = async (blocks: number): Promise<number> => {
    if (blocks > 0) await anvil.mine(blocks);
    const height = Number(await anvil.provider.send("eth_blockNumber", [])) - FINALITY_BLOCKS;
    return waitFor(`block ${height} to be indexed`, async () => {
      const { body } = await get("/api/v1/stats");
      const { state, message } = body.indexer as { state: string; message: string | null };
      if (state === "halted") throw new Error(`the indexer stopped: ${message}`);
      return (body.head as { number: number } | null)?.number === height ? height : null;
    });
  };

  describe("index and REST", () => {
    let deployed: TransactionReceipt;

    before(async () => {
      await mineAndIndex(5);
      const signer = await anvil.provider.getSigner(0);
      const factory = new ContractFactory(tokenAbi, tokenCode, signer);
      const contract = await factory.deploy("Test Dollar", "TUSD", 10n ** 9n);
      const creation = contract.deploymentTransaction();
      await signer.sendUncheckedTransaction({ to: `0x${"12".repeat(20)}`, value: 10n ** 18n });
      await anvil.mine(1);
      deployed = (await anvil.provider.getTransactionReceipt(creation?.hash ?? "")) as TransactionReceipt;
      await settle();
    });

    it("serves a deployment as the node tells it", async () => {
      const { status, body } = await get(`/api/v1/transactions/${deployed.hash}`);
      assert.equal(status, 200);
      const summary = body.summary as Record<string, unknown>;
      assert.equal(summary.contractAddress, deployed.contractAddress?.toLowerCase());
      assert.equal(Number(summary.gasUsed), Number(deployed.gasUsed));
      assert.equal((body.receipt as { logs: unknown[] }).logs.length, deployed.logs.length);
    });

    it("finds transactions by block, sender, recipient and created contract", async () => {
      for (const filter of [
        `block=${deployed.blockNumber}`,
        `address=${deployed.from}`,
        `address=${deployed.contractAddress}`,
      ]) {
        const { body } = await get(`/api/v1/transactions?${filter}`);
        const hashes = (body.transactions as { hash: string }[]).map(({ hash }) => hash);
        assert.ok(hashes.includes(deployed.hash), filter);
      }
      const { body } = await get(`/api/v1/transactions?address=0x${"12".repeat(20)}`);
      assert.equal((body.transactions as unknown[]).length, 1);
    });

    it("pages through blocks without overlap", async () => {
      const { body: first } = await get("/api/v1/blocks?limit=2");
      const numbers = (first.blocks as BlockPayload[]).map((block) => Number(block.number));
      const { body: second } = await get(`/api/v1/blocks?limit=2&before=${numbers.at(-1)}`);
      const older = (second.blocks as BlockPayload[]).map((block) => Number(block.number));
      assert.deepEqual(
        [...numbers, ...older],
        [3, 2, 1, 0].map((i) => (numbers[0] ?? 0) - 3 + i),
      );
    });

    it("tells balance and kind of an address", async () => {
      const { body } = await get(`/api/v1/addresses/${deployed.contractAddress}`);
      assert.equal(body.isContract, true);
      assert.equal(body.transactionCount, 1);
    });

    it("is ready and alive", async () => {
      assert.equal((await get("/livez")).status, 200);
      assert.equal((await get("/readyz")).status, 200);
    });

    const bad = [
      "/api/v1/blocks?limit=0",
      "/api/v1/blocks?limit=101",
      "/api/v1/blocks?limit=abc",
      "/api/v1/blocks?limit=1&limit=2",
      "/api/v1/blocks?before=-1",
      "/api/v1/blocks?page=2",
      "/api/v1/blocks/latest",
      "/api/v1/blocks/0x12",
      "/api/v1/transactions?before=7",
      "/api/v1/transactions?address=0x12",
      "/api/v1/transactions/0x12",
      "/api/v1/addresses/vitalik",
      "/api/v1/transfers?direction=sideways",
      "/api/v1/transfers?state=lost",
      "/api/v1/transfers?offset=99999",
      "/api/v1/transfers/deposit/x",
      "/api/v1/search?q=hello",
      "/api/v1/stats?now=1",
      "/feed/v1/events?after=1",
      "/feed/v1/events?limit=1001",
      "/feed/v1/events?topic=gossip",
    ];
    for (const path of bad) {
      it(`answers 400 to ${path}`, async () => {
        const { status, body } = await get(path);
        assert.equal(status, 400);
        const { code, message, parameter } = body.error as Record<string, string>;
        assert.equal(code, "bad_parameter");
        assert.ok(message?.startsWith(`${parameter}: `), message);
      });
    }

    for (const path of [
      "/api/v1/blocks/999999",
      `/api/v1/transactions/0x${"ab".repeat(32)}`,
      "/api/v1/nothing",
    ]) {
      it(`answers 404 to ${path}`, async () => {
        const { status, body } = await get(path);
        assert.equal(status, 404);
        assert.equal((body.error as { code: string }).code, "not_found");
      });
    }
  });

  describe("feed", () => {
    it("greets with chain, head, retention and limits", async () => {
      const { messages } = await tap().then(async (t) => {
        await t.until("hello", ({ t: type }) => type === "hello");
        return t;
      });
      const [hello] = messages;
      assert.equal(hello?.chainId, 31337);
      assert.deepEqual(hello?.limits, FEED_LIMITS);
      assert.deepEqual(hello?.head, hello?.finalized);
    });

    it("sends a snapshot, then what follows its cursor", async () => {
      const t = await tap();
      t.send({ t: "sub", id: "b", topic: "blocks", snapshot: 3 });
      const snapshot = await t.until("a snapshot", (m) => m.t === "snapshot");
      const held = (snapshot.d as BlockPayload[]).map((block) => Number(block.number));
      const height = await mineAndIndex(2);
      await t.until("the newest block", (m) => (m.b as { n: number } | undefined)?.n === height);
      assert.deepEqual([...held, ...heights(t.messages)], range(held[0] ?? 0, height));
    });

    it("replays byte for byte what it sent live", async () => {
      const live = await tap();
      live.send({ t: "sub", id: "b", topic: "blocks" });
      const ack = await live.until("ack", (m) => m.t === "ack");
      const height = await mineAndIndex(3);
      await live.until("the newest block", (m) => (m.b as { n: number } | undefined)?.n === height);
      const replay = await tap();
      replay.send({ t: "sub", id: "b", topic: "blocks", from: { cursor: ack.cursor } });
      await replay.until("live", (m) => m.t === "live");
      const events = ({ texts }: FeedTap) => texts.filter((text) => text.includes('"t":"block.add"'));
      assert.deepEqual(events(replay), events(live));
    });

    it("gives a client that drops its connection every block once, in order", async () => {
      const open: WebSocket[] = [];
      const seen: number[] = [];
      const firstHeight = await mineAndIndex(1);
      const client = new FeedClient({
        url: `${explorer.url.replace(/^http/, "ws")}/feed/v1`,
        open: (url, protocol) => {
          const socket = new WebSocket(url, protocol);
          open.push(socket);
          return socket as FeedSocket;
        },
        retryMinMs: 10,
      });
      client.subscribe({
        topic: "blocks",
        from: { block: firstHeight },
        onEvent: ({ data }) => {
          const number = Number((data as BlockPayload).number);
          seen.push(number);
          // Cut in the middle of the stream, without a word.
          if (number % 7 === 0) open.at(-1)?.terminate();
        },
      });
      let height = firstHeight;
      for (let i = 0; i < 10; i++) height = await mineAndIndex(3);
      await waitFor("the last block", () => seen.at(-1) === height);
      client.close();
      assert.deepEqual(seen, range(firstHeight + 1, height));
      assert.ok(open.length > 2, "the connection was cut while blocks came");
    });

    it("keeps epoch and positions over a restart of the server", async () => {
      const before = await tap();
      before.send({ t: "sub", id: "b", topic: "blocks" });
      const { cursor } = await before.until("ack", (m) => m.t === "ack");
      const height = await mineAndIndex(2);
      await before.until("the newest block", (m) => (m.b as { n: number } | undefined)?.n === height);
      await explorer.close();
      const end = await before.closed();
      assert.deepEqual(end, { code: 4010, reason: "the explorer is stopping" });
      await anvil.mine(2);
      explorer = await start();
      await mineAndIndex(0);
      const after = await tap();
      after.send({ t: "sub", id: "b", topic: "blocks", from: { cursor } });
      await after.until("live", (m) => m.t === "live");
      await after.until(
        "the blocks of the pause",
        (m) => (m.b as { n: number } | undefined)?.n === height + 2,
      );
      assert.deepEqual(heights(after.messages), range(height - 1, height + 2));
    });

    it("serves a reader that stops reading for a while everything in order", async () => {
      const t = await tap();
      t.send({ t: "sub", id: "b", topic: "blocks" });
      await t.until("live", (m) => m.t === "live");
      const start = await mineAndIndex(0);
      t.socket.pause();
      const height = await mineAndIndex(40);
      t.socket.resume();
      await t.until("the newest block", (m) => (m.b as { n: number } | undefined)?.n === height);
      assert.deepEqual(heights(t.messages), range(start + 1, height));
    });

    it("tells an expired cursor where replay can start, and serves from there", async () => {
      const first = await tap();
      const hello = await first.until("hello", (m) => m.t === "hello");
      const old = hello.cursor as string;
      await mineAndIndex(RETENTION_EVENTS + 50);
      const t = await tap();
      t.send({ t: "sub", id: "b", topic: "blocks", from: { cursor: old } });
      const refusal = await t.until("a refusal", (m) => m.t === "err");
      assert.equal(refusal.code, "cursor_expired");
      assert.equal(refusal.id, "b");
      t.send({ t: "sub", id: "b", topic: "blocks", from: { cursor: refusal.fromCursor } });
      await t.until("live", (m) => m.t === "live");
      assert.equal(heights(t.messages)[0], refusal.fromBlock);
      const { status, body } = await get(`/feed/v1/events?after=${old}`);
      assert.equal(status, 410);
      assert.equal((body.error as { code: string }).code, "cursor_expired");
    });

    it("has the same events at its HTTP twin", async () => {
      const t = await tap();
      const hello = await t.until("hello", (m) => m.t === "hello");
      const { fromCursor } = hello.retention as { fromCursor: string };
      const collected: RawMessage[] = [];
      for (let after = fromCursor; ; ) {
        const { body } = await get(`/feed/v1/events?after=${after}&limit=64`);
        collected.push(...(body.events as RawMessage[]));
        after = body.next as string;
        if (body.next === body.head) break;
      }
      t.send({ t: "sub", id: "b", topic: "blocks", from: { cursor: fromCursor } });
      await t.until("live", (m) => m.t === "live");
      assert.deepEqual(heights(collected), heights(t.messages));
    });

    it("refuses a replay from a hash that is not on the chain", async () => {
      const t = await tap();
      const height = await mineAndIndex(1);
      t.send({ t: "sub", id: "b", topic: "blocks", from: { block: height, hash: `0x${"ab".repeat(32)}` } });
      const refusal = await t.until("a refusal", (m) => m.t === "err");
      assert.equal(refusal.code, "not_canonical");
    });

    it("filters transactions by address", async () => {
      const t = await tap();
      const wanted = `0x${"34".repeat(20)}`;
      t.send({ t: "sub", id: "x", topic: "txs", filter: { addresses: [wanted] } });
      await t.until("live", (m) => m.t === "live");
      const signer = await anvil.provider.getSigner(1);
      for (const to of [`0x${"56".repeat(20)}`, wanted])
        await signer.sendUncheckedTransaction({ to, value: 1n });
      await anvil.mine(1);
      await settle();
      await t.until("the transaction", (m) => m.t === "tx.included");
      const targets = t.messages.filter((m) => m.t === "tx.included").map((m) => (m.d as { to: string }).to);
      assert.deepEqual(targets, [wanted]);
    });

    it("sends the newest stats as blocks come", async () => {
      const t = await tap();
      t.send({ t: "sub", id: "s", topic: "stats", snapshot: true });
      await t.until("a snapshot", (m) => m.t === "snapshot");
      const height = await mineAndIndex(1);
      await t.until(
        "new stats",
        (m) => (m.d as { head?: { number: number } } | undefined)?.head?.number === height,
      );
    });
  });

  describe("bad input on the feed", () => {
    const closing = [
      { name: "garbage text", frame: "}{", code: 4000, reason: /not JSON/ },
      { name: "a message of no known type", frame: '{"t":"hack"}', code: 4000, reason: /^t: / },
      { name: "a binary frame", frame: Buffer.from([1, 2, 3]), code: 4000, reason: /binary/ },
      {
        name: "an oversized frame",
        frame: "x".repeat(FEED_LIMITS.maxInboundBytes + 1),
        code: 1009,
        reason: /over 65536 bytes/,
      },
    ];
    for (const { name, frame, code, reason } of closing) {
      it(`closes with a code and a reason after ${name}, and goes on for others`, async () => {
        const other = await tap();
        const t = await tap();
        t.send(frame);
        const end = await t.closed();
        assert.equal(end.code, code);
        assert.match(end.reason, reason);
        other.send({ t: "ping", n: 7 });
        await other.until("pong", (m) => m.t === "pong" && m.n === 7);
      });
    }

    it("closes with a reason after bytes that are no websocket frame", async () => {
      const t = await tap();
      const { _socket: raw } = t.socket as unknown as { _socket: { write(bytes: Buffer): void } };
      raw.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
      const end = await t.closed();
      assert.equal(end.code, 1002);
      assert.match(end.reason, /protocol error/);
    });

    it("closes after too many messages (4003)", async () => {
      const t = await tap();
      for (let i = 0; i <= FEED_LIMITS.msgsPer10s; i++) t.send({ t: "ping" });
      const end = await t.closed();
      assert.equal(end.code, 4003);
      assert.match(end.reason, /messages in 10 s/);
    });

    it("answers a wrong subscription and stays open", async () => {
      const t = await tap();
      t.send({ t: "sub", id: "1", topic: "gossip" });
      t.send({ t: "unsub", id: "2" });
      t.send({ t: "sub", id: "3", topic: "blocks" });
      t.send({ t: "sub", id: "3", topic: "txs" });
      t.send({ t: "sub", id: "4", topic: "blocks", from: { cursor: "yesterday" } });
      await t.until("the last refusal", (m) => m.t === "err" && m.id === "4");
      const codes = t.messages.filter((m) => m.t === "err").map(({ id, code }) => [id, code]);
      assert.deepEqual(codes, [
        ["1", "bad_request"],
        ["2", "unknown_sub"],
        ["3", "duplicate_sub"],
        ["4", "bad_request"],
      ]);
    });

    it("refuses pages of other sites, and takes its own", async () => {
      await assert.rejects(tap({ origin: "https://evil.example" }), /403/);
      const own = await tap({ origin: explorer.url });
      await own.until("hello", (m) => m.t === "hello");
    });

    it("bounds the connections of one address", async () => {
      for (let i = 0; i < 4; i++) await tap();
      const end = await (await tap()).closed();
      assert.deepEqual(end, { code: 4003, reason: "too many connections from this address" });
    });
  });

  describe("start", () => {
    it("names a taken port and the setting", async () => {
      const other = await tempDir();
      const { port } = new URL(explorer.url);
      const attempt = startTestExplorer({ rpcUrl: anvil.url, dataDir: other.path, port: Number(port) });
      await assert.rejects(attempt, new RegExp(`port ${port} on 127.0.0.1 is already in use.*"port"`));
      await other.remove();
    });

    it("refuses a data directory in use", async () => {
      await assert.rejects(
        startTestExplorer({ rpcUrl: anvil.url, dataDir: dir.path }),
        (error) => error instanceof CausewayError && error.type.code === "DirectoryLocked",
      );
    });

    it("refuses the data directory of another chain", async () => {
      await explorer.close();
      const served = await serveChain(new CertifiedChain());
      await assert.rejects(
        startTestExplorer({ rpcUrl: served.url, dataDir: dir.path }),
        (error) => error instanceof CausewayError && error.type.code === "WrongChain",
      );
      await served.close();
    });
  });
});

function heights(messages: readonly RawMessage[]): number[] {
  return messages
    .filter((message) => message.t === "block.add")
    .map((message) => Number((message.d as BlockPayload).number));
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
