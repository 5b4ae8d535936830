import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { type AddressInfo, connect, createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { openEthereumChain } from "@causeway/chain/openEthereumChain";
import { parseEthereumGenesis } from "@causeway/protocol/ethereumGenesis";
import { Wallet } from "ethers";
import { causeway } from "../support/causeway.js";
import { tempDir } from "../support/tempDir.js";

const BIN = fileURLToPath(new URL("../../../bin/causeway.js", import.meta.url));
const SILENT = { info: () => {}, warn: () => {}, error: () => {} };
const wallet = new Wallet(`0x${"5e".repeat(32)}`);
/** A chain of plain Ethereum's, of London's rules and without work. */
const GENESIS = {
  config: {
    ...{
      chainId: 4242,
      homesteadBlock: 0,
      eip150Block: 0,
      eip155Block: 0,
      eip158Block: 0,
      byzantiumBlock: 0,
    },
    ...{ constantinopleBlock: 0, petersburgBlock: 0, istanbulBlock: 0, berlinBlock: 0, londonBlock: 0 },
    ...{ terminalTotalDifficulty: 0 },
  },
  difficulty: "0x0",
  gasLimit: "0x1c9c380",
  alloc: { [wallet.address]: { balance: "0xde0b6b3a7640000" } },
};

describe("causeway chain serve", () => {
  const path = tempDir();
  let serving: ChildProcess | null = null;
  const where = () => ["--genesis", path("genesis.json"), "--datadir", path("chain")];
  beforeEach(() => writeFile(path("genesis.json"), JSON.stringify(GENESIS)));
  afterEach(() => {
    serving?.kill("SIGKILL");
    serving = null;
  });

  async function makeChain(): Promise<void> {
    const genesis = parseEthereumGenesis(GENESIS);
    const chain = await openEthereumChain({ genesis, dataDir: path("chain"), log: SILENT, journal: null });
    await chain.close();
  }

  async function serve(...more: readonly string[]): Promise<{ url: string; number: number; hash: string }> {
    serving = spawn(process.execPath, [BIN, "chain", "serve", ...where(), "--rpc-port", "0", ...more], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    assert.ok(serving.stdout);
    const [line] = (await once(createInterface(serving.stdout), "line")) as [string];
    return JSON.parse(line) as { url: string; number: number; hash: string };
  }

  async function rpc(url: string, method: string, ...params: unknown[]): Promise<unknown> {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
    return ((await answer.json()) as { result: unknown }).result;
  }

  it("serves a chain of plain Ethereum's rules, pools what is sent, ends on SIGTERM and leaves the chain as it was", async () => {
    await makeChain();
    const before = causeway(["chain", "head", ...where()]).stdout;
    const { url, number, hash } = await serve();
    assert.equal(number, 0);
    assert.equal(await rpc(url, "eth_chainId"), "0x1092");
    const block = (await rpc(url, "eth_getBlockByNumber", "finalized", false)) as Record<string, unknown>;
    assert.deepEqual([block.hash, "withdrawals" in block], [hash, false], "London has no withdrawals");
    assert.equal(await rpc(url, "causeway_getValidators", "latest"), null);
    const raw = await wallet.signTransaction({
      ...{ type: 2, chainId: 4242, nonce: 0, to: wallet.address, gasLimit: 21_000n },
      ...{ maxFeePerGas: 2_000_000_000n, maxPriorityFeePerGas: 1n },
    });
    const sent = await rpc(url, "eth_sendRawTransaction", raw);
    assert.match(String(sent), /^0x[0-9a-f]{64}$/);
    assert.deepEqual(await rpc(url, "txpool_status"), { pending: "0x1", queued: "0x0" });
    serving?.kill("SIGTERM");
    assert.deepEqual(await once(serving as ChildProcess, "exit"), [0, null]);
    assert.equal(causeway(["chain", "head", ...where()]).stdout, before);
    const again = await serve();
    assert.deepEqual(await rpc(again.url, "txpool_status"), { pending: "0x0", queued: "0x0" });
  });

  it("serves the origins and host names it is given, and on a Unix socket", async () => {
    await makeChain();
    const ipc = path("c.ipc");
    const { url } = await serve(
      ...["--rpc-cors", "https://app.example,localhost", "--rpc-hosts", "node.example", "--ipc-path", ipc],
    );
    const allowed = async (origin: string) => {
      const answer = await fetch(url, { method: "OPTIONS", headers: { origin } });
      return answer.headers.get("access-control-allow-origin");
    };
    assert.equal(await allowed("https://app.example"), "https://app.example");
    assert.equal(await allowed("https://other.example"), null);
    assert.equal(await statusAs(url, "node.example"), 200);
    assert.equal(await statusAs(url, "other.example"), 403);
    if (process.platform === "win32") return;
    const socket = connect(ipc, () => socket.write('{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}'));
    const [line] = (await once(createInterface(socket), "line")) as [string];
    assert.equal(JSON.parse(line).result, "0x1092");
    socket.destroy();
    serving?.kill("SIGTERM");
    assert.deepEqual(await once(serving as ChildProcess, "exit"), [0, null]);
    assert.equal(existsSync(ipc), false);
  });

  /** The HTTP status of a request that calls the server by a name. */
  async function statusAs(url: string, host: string): Promise<number | undefined> {
    const body = '{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}';
    const headers = { host, "content-type": "application/json" };
    const asked = request(url, { method: "POST", headers }).end(body);
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    answer.resume();
    return answer.statusCode;
  }

  it("refuses a directory without a chain, another chain's, a taken port and a port that is none", async () => {
    const refused = (args: readonly string[], message: RegExp) => {
      const { status, stderr, stdout } = causeway(["chain", "serve", ...args]);
      assert.match(stderr, message);
      assert.deepEqual([status, stdout], [2, ""]);
    };
    refused([...where(), "--rpc-port", "0"], /holds no chain/);
    await makeChain();
    refused([...where(), "--rpc-port", "65536"], /must be a whole number from 0 to 65535/);
    refused([...where(), "--rpc-call-ms", "3000000000"], /must be a whole number from 1 to 2147453647/);
    refused([...where(), "--rpc-cors", "https://app.example/"], /--rpc-cors must be an origin such as/);
    refused([...where(), "--rpc-hosts", "node.example:1"], /--rpc-hosts must be a host name without/);
    const none = path("genesis.json");
    refused(
      [...where(), "--rpc-port", "0", "--ipc-path", none],
      /genesis\.json: a file that is no socket is there; give another --ipc-path, or none$/m,
    );
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo;
    refused([...where(), "--rpc-port", String(port)], /port \d+: the port is taken; give another --rpc-port/);
    taken.close();
    await writeFile(path("genesis.json"), JSON.stringify({ ...GENESIS, gasLimit: "0x5208" }));
    refused([...where(), "--rpc-port", "0"], /use another --datadir or the right genesis/);
  });
});
