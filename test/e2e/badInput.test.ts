import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cluster } from "@causeway/devnet/cluster";
import { devAccount } from "@causeway/devnet/devnetAccounts";
import { waitFor } from "@causeway/devnet/waitFor";
import { parseEther, parseUnits, type TransactionLike, Wallet } from "ethers";
import { WebSocket } from "ws";
import { rpc, rpcAnswer } from "../support/rpc.js";
import { sharedCluster } from "../support/sharedCluster.js";
import { CAUSEWAY, TEST_CHAIN_ID } from "../support/testCluster.js";

const OVERSIZED_FRAME_BYTES = 32 * 1024 * 1024;
const REFUSED_TIMEOUT_MS = 120_000;

describe("bad input gets a clear error, and blocks go on (X10)", () => {
  let cluster: Cluster;
  let scratch: string;

  before(async () => {
    cluster = await sharedCluster();
    scratch = await mkdtemp(join(tmpdir(), "causeway-bad-input-"));
  });
  after(() => rm(scratch, { recursive: true, force: true }));
  afterEach("every validator still finalizes", async () => {
    const before = await cluster.height(1);
    await Promise.all([1, 2, 3, 4].map((i) => cluster.waitForHeight(i, before + 1)));
  });

  describe("JSON-RPC", () => {
    const call = (method: string, ...params: unknown[]) =>
      rpcAnswer(cluster.rpcUrl(1), { jsonrpc: "2.0", id: 1, method, params });

    it("unknown method", async () => {
      const { error } = await call("eth_nonsense");
      assert.equal(error?.code, -32601);
      assert.match(error?.message ?? "", /the method eth_nonsense does not exist/);
    });

    it("malformed JSON", async () => {
      const { error } = await rpcAnswer(cluster.rpcUrl(1), "{not json");
      assert.equal(error?.code, -32700);
    });

    it("malformed parameters", async () => {
      const { error } = await call("eth_getBalance", "0x12", "latest");
      assert.equal(error?.code, -32602);
      assert.match(error?.message ?? "", /0x12|argument 0/);
    });

    it("no state beyond the head", async () => {
      const { error } = await call("eth_getBalance", devAccount(0).address, "0xffffffff");
      assert.ok(error);
    });
  });

  describe("transactions", () => {
    const sender = new Wallet(devAccount(7).privateKey);

    async function send(changes: TransactionLike, wallet = sender) {
      const nonce = Number(
        await rpc<string>(cluster.rpcUrl(1), "eth_getTransactionCount", wallet.address, "pending"),
      );
      const raw = await wallet.signTransaction({
        type: 2,
        chainId: TEST_CHAIN_ID,
        nonce,
        gasLimit: 21_000,
        maxFeePerGas: parseUnits("10", "gwei"),
        maxPriorityFeePerGas: parseUnits("1", "gwei"),
        to: devAccount(0).address,
        value: 1n,
        ...changes,
      });
      return rpcAnswer(cluster.rpcUrl(1), {
        jsonrpc: "2.0",
        id: 1,
        method: "eth_sendRawTransaction",
        params: [raw],
      });
    }

    const refusals: readonly [string, TransactionLike, RegExp, Wallet?][] = [
      ["wrong chain id", { chainId: 1 }, /chain id/i],
      ["underpriced", { maxFeePerGas: 1n, maxPriorityFeePerGas: 1n }, /underpriced|less than block base fee/],
      [
        "over the block's gas",
        { gasLimit: 40_000_000 },
        /exceeds block gas limit|exceeds.*gas.*limit|EIP-7825|too high/i,
      ],
      ["too little gas", { gasLimit: 20_000 }, /intrinsic gas too low/],
      ["unfunded", { value: parseEther("1000000") }, /insufficient funds/],
      ["unfunded sender", {}, /insufficient funds/, Wallet.createRandom() as unknown as Wallet],
    ];
    for (const [name, changes, message, wallet] of refusals) {
      it(name, async () => {
        const { error } = await send(changes, wallet);
        assert.ok(error, "was accepted");
        assert.match(error.message, message);
      });
    }

    it("nonce too low", async () => {
      const sent = await send({});
      assert.equal(sent.error, undefined);
      const receipt = async () =>
        rpc<{ status: string } | null>(cluster.rpcUrl(1), "eth_getTransactionReceipt", sent.result);
      while ((await receipt()) === null) await cluster.waitForHeight(1, (await cluster.height(1)) + 1);
      const { error } = await send({ nonce: 0, value: 2n });
      assert.match(error?.message ?? "", /nonce too low/);
    });

    it("nonce far too high", async () => {
      const { error } = await send({ nonce: 1_000_000 });
      assert.match(error?.message ?? "", /nonce too high/);
    });

    it("blob transaction", async () => {
      const { error } = await send({
        type: 3,
        maxFeePerBlobGas: parseUnits("1", "gwei"),
        blobVersionedHashes: [`0x01${"11".repeat(31)}`],
      });
      assert.match(error?.message ?? "", /blob|transaction type not supported/);
    });
  });

  describe("files", () => {
    const causeway = (...args: string[]) =>
      spawnSync(process.execPath, [CAUSEWAY, ...args], { encoding: "utf8", timeout: 180_000 });

    async function editedNode(edit: (config: Record<string, unknown>) => void): Promise<string> {
      const config = JSON.parse(await readFile(cluster.path("node-1/config.json"), "utf8"));
      config.genesis = cluster.path("genesis.json");
      config.keystores = [cluster.path("node-1/consensus.json")];
      config.passwordFile = cluster.path("node-1/consensus.password");
      config.p2p.identityFile = cluster.path("node-1/identity.key");
      config.p2p.listen = ["/ip4/127.0.0.1/tcp/0"];
      config.rpc.port = 0;
      config.metrics.port = 0;
      config.dataDir = join(scratch, "data");
      edit(config);
      const path = join(scratch, `config-${Math.abs(hash(JSON.stringify(config)))}.json`);
      await writeFile(path, JSON.stringify(config));
      return path;
    }

    async function editedGenesis(
      edit: (genesis: Record<string, Record<string, unknown>>) => void,
    ): Promise<string> {
      const genesis = JSON.parse(await readFile(cluster.path("genesis.json"), "utf8"));
      edit(genesis);
      const path = join(scratch, "genesis.json");
      await writeFile(path, JSON.stringify(genesis));
      return editedNode((config) => {
        config.genesis = path;
      });
    }

    function assertRefused(config: string, message: RegExp): void {
      const { status, stderr } = causeway("node", "--config", config);
      assert.match(stderr, message);
      assert.equal(status, 2, stderr);
      assert.doesNotMatch(stderr, /\n\s+at /, "no stack trace");
    }

    it("a genesis with a missing field", async () => {
      assertRefused(await editedGenesis((genesis) => delete genesis.mixHash), /genesis.*mixHash/);
    });

    it("a genesis with a contradictory field", async () => {
      const config = await editedGenesis((genesis) => {
        (genesis.config?.causeway as Record<string, unknown>).epochLength = 31;
      });
      assertRefused(config, /genesis \S+genesis\S*\.json: mixHash .*\(H0\)/);
    });

    it("a config with an unknown key", async () => {
      assertRefused(await editedNode((config) => (config.rpcc = 1)), /config .*rpcc/);
    });

    it("a keystore with the wrong password", async () => {
      const password = join(scratch, "wrong.password");
      await writeFile(password, "wrong\n", { mode: 0o600 });
      assertRefused(await editedNode((config) => (config.passwordFile = password)), /password/i);
    });

    it("a data directory of another chain", async () => {
      const other = join(scratch, "other");
      const made = causeway("init", "--validators", "1", "--dir", other, "--chain-id", "99", "--devnet");
      assert.equal(made.status, 0, made.stderr);
      const head = causeway(
        "chain",
        "head",
        "--genesis",
        join(other, "genesis.json"),
        "--datadir",
        join(other, "node-1/chain"),
      );
      assert.equal(head.status, 0, head.stderr);
      const config = await editedNode((c) => (c.dataDir = join(other, "node-1")));
      assertRefused(config, /chain|genesis/i);
    });

    it("a missing file", () => {
      assertRefused(join(scratch, "nowhere.json"), /nowhere\.json/);
    });

    it("an unknown flag, an unknown command", () => {
      for (const args of [["node", "--config", "nowhere.json", "--nonsense"], ["nonsense"]]) {
        const { status, stderr } = causeway(...args);
        assert.equal(status, 2, stderr);
        assert.match(stderr, /unknown/);
      }
    });

    it("init never overwrites keys", async () => {
      await copyFile(cluster.path("genesis.json"), join(scratch, "kept.json"));
      const { status, stderr } = causeway("init", "--validators", "4", "--dir", cluster.options.dir);
      assert.equal(status, 2);
      assert.match(stderr, /already holds a network/);
    });
  });

  describe("ports", () => {
    it("garbage on the p2p port is dropped", async () => {
      const before = await noiseRefusals();
      for (const bytes of [Buffer.from("GET / HTTP/1.1\r\n\r\n"), Buffer.alloc(65_536, 0xff)]) {
        await sendRaw(cluster.ports.p2p[0] as number, bytes);
      }
      await waitFor(
        "validator 1 to count both",
        async () => ((await noiseRefusals()) >= before + 2 ? true : null),
        { timeoutMs: REFUSED_TIMEOUT_MS },
      );
    });

    async function noiseRefusals(): Promise<number> {
      const { refused } = await rpc<{ refused: Record<string, number> }>(
        cluster.rpcUrl(1),
        "causeway_status",
      );
      return refused["N1.noise"] ?? 0;
    }

    it("garbage and an oversized frame on the RPC websocket close it", async () => {
      const url = cluster.rpcUrl(1).replace("http", "ws");
      assert.match(await wsAnswer(url, "garbage"), /-32700/);
      assert.ok((await wsClose(url, Buffer.alloc(OVERSIZED_FRAME_BYTES))) > 0);
    });

    it("garbage and an oversized frame on the feed close it with a reason", async () => {
      const url = `${cluster.explorerUrl.replace("http", "ws")}/feed/v1`;
      assert.ok((await wsClose(url, "garbage")) >= 1002);
      assert.ok((await wsClose(url, Buffer.alloc(OVERSIZED_FRAME_BYTES))) >= 1002);
    });
  });
});

function hash(text: string): number {
  return [...text].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) | 0, 7);
}

function sendRaw(port: number, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const socket = createConnection(port, "127.0.0.1", () => socket.end(bytes));
    socket.on("error", () => {});
    socket.on("close", () => resolve());
    socket.resume();
  });
}

/** First message after sending, with what the server said first left out. */
function wsAnswer(url: string, data: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.on("open", () => socket.send(data));
    socket.on("message", (message) => {
      socket.terminate();
      resolve(String(message));
    });
    socket.on("error", reject);
  });
}

/** Close code after sending; 1006 when the connection was cut. */
function wsClose(url: string, data: string | Buffer): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url);
    socket.on("open", () => socket.send(data));
    socket.on("error", () => {});
    socket.on("close", (code) => resolve(code));
  });
}
