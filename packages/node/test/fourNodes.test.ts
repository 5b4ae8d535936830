import assert from "node:assert/strict";
import { createNetwork } from "@causeway/network/createNetwork";
import { type Block, decodeBlock } from "@causeway/protocol/block";
import type { Address, Hash } from "@causeway/protocol/hex";
import { RLP } from "@ethereumjs/rlp";
import { JsonRpcProvider, parseEther, Wallet } from "ethers";
import { bodyFault } from "../src/ingress/bodyFault.js";
import { systemNodePorts } from "../src/nodePorts.js";
import { withCode } from "./fakes/errorCode.js";
import { TEST_CHAIN_ID, TestNetwork, type TestNode } from "./support/testNetwork.js";
import { waitFor } from "./support/waitFor.js";

const RICH = new Wallet(`0x${"ab".repeat(32)}`);
const POOR = Wallet.createRandom().address;

describe("four validators in one process, on real sockets, disks and an engine", () => {
  let network: TestNetwork;
  /** While set, no node serves a block with transactions as it is. */
  let swapBodies = false;

  /** A network whose peers are served emptied blocks, and nothing unasked. */
  const swapping: typeof createNetwork = (options, handlers) => {
    const socket = createNetwork(options, {
      ...handlers,
      readBlocks: async (from, count) => {
        const blocks = await handlers.readBlocks(from, count);
        return swapBodies ? blocks.map((decided) => ({ ...decided, block: emptied(decided.block) })) : blocks;
      },
    });
    const sendDecided = socket.sendDecided.bind(socket);
    socket.sendDecided = (peer, decided) => {
      if (!swapBodies) sendDecided(peer, decided);
    };
    return socket;
  };

  before(async () => {
    const accounts = new Map([[RICH.address.toLowerCase() as Address, parseEther("100")]]);
    network = await TestNetwork.create({
      validators: 4,
      accounts,
      rpc: true,
      ports: () => ({ createNetwork: swapping }),
    });
    await network.startAll();
  });
  after(() => network.destroy());

  const node = (index: number) => network.nodes.get(index) as TestNode;
  const height = (index: number) => node(index).chain.execution.head().height;
  const reach = (index: number, target: number) =>
    waitFor(`node ${index} at height ${target}`, () => height(index) >= target);
  const hashAt = async (index: number, at: number) => (await node(index).chain.reader.header(at))?.hash;

  /** What causeway_getRounds says at node 0. */
  async function rounds0(): Promise<Rounds> {
    const rpc = provider(0);
    try {
      return (await rpc.send("causeway_getRounds", [])) as Rounds;
    } finally {
      rpc.destroy();
    }
  }

  async function agree(at: number): Promise<void> {
    for (const index of network.nodes.keys()) await reach(index, at);
    const hashes = await Promise.all([...network.nodes.keys()].map((index) => hashAt(index, at)));
    assert.equal(new Set(hashes).size, 1, `one block at height ${at}`);
  }

  function provider(index: number): JsonRpcProvider {
    return new JsonRpcProvider(node(index).running.rpcUrl ?? "", TEST_CHAIN_ID, { staticNetwork: true });
  }

  async function round(index: number): Promise<number> {
    const rpc = provider(index);
    const status = await rpc.send("causeway_status", []).finally(() => rpc.destroy());
    return status.round;
  }

  /** The real chain, which tells what it executes; what it builds itself is not among it. */
  function telling(executed: Hash[]): typeof systemNodePorts.openChain {
    return async (...parameters) => {
      const chain = await systemNodePorts.openChain(...parameters);
      const { execution } = chain;
      const execute = execution.execute.bind(execution);
      execution.execute = (block, signal) => {
        executed.push(block.hash);
        return execute(block, signal);
      };
      return chain;
    };
  }

  it("finalize blocks with certificates", async () => {
    for (const index of network.nodes.keys()) await reach(index, 2);
    await agree(2);
    const certificate = await node(0).chain.reader.certificate(2);
    assert((certificate?.seals.length ?? 0) >= 3);
  });

  it("include a transaction sent to one, readable from another", async () => {
    const first = provider(0);
    const other = provider(2);
    try {
      const sent = await RICH.connect(first).sendTransaction({ to: POOR, value: 7n });
      const receipt = await waitFor("the receipt at node 2", () => other.getTransactionReceipt(sent.hash));
      assert.equal(receipt.status, 1);
      assert.equal(await other.getBalance(POOR), 7n);
    } finally {
      first.destroy();
      other.destroy();
    }
  });

  it("go on with one stopped; restarted, it catches up and seals again", async () => {
    const { address } = node(3);
    await network.stop(3);
    await reach(0, height(0) + 2);
    await network.start(3);
    await reach(3, height(0));
    await waitFor("a seal of node 3", async () => {
      const certificate = node(0).chain.execution.head().certificate;
      const index = node(0).chain.execution.head().validators.indexOf(address);
      return certificate !== null && ((certificate.signers >> BigInt(index)) & 1n) === 1n;
    });
    await agree(height(3));
  });

  it("do not start on a taken RPC port, and say which setting to change (X10)", async () => {
    await network.stop(3);
    const port = network.nodes.get(0)?.running.metricsPort ?? 0;
    await assert.rejects(network.start(3, {}, { rpc: { port } }), (error: Error) => {
      assert(withCode("ListenFailed")(error));
      return (
        error.message.includes(`change "rpc.port" in the node's config (--rpc-port)`) &&
        error.message.includes(`port ${port}`)
      );
    });
    await network.start(3);
    await reach(3, height(0));
  });

  it("wait without a quorum, never fork, and resume when one comes back", async () => {
    await network.stop(2);
    await network.stop(3);
    for (const index of [0, 1])
      await waitFor(`round 1 at node ${index}`, async () => (await round(index)) >= 1);
    // Of the last decision one may hear later than the other.
    const waiting = await waitFor("one height", () => height(0) === height(1) && height(0));
    const away = [2, 3].map((index) => network.keys[index]?.addresses[0] as Address).sort();
    const { waitsFor, validators } = await waitFor("both to have heard each other", async () => {
      const rounds = await rounds0();
      return rounds.waitsFor.what === "round-changes" && rounds.waitsFor.have === 2 && rounds;
    });
    assert.deepEqual(waitsFor, { what: "round-changes", have: 2, need: 3, missing: away });
    const unconnected = validators.filter(({ connected }) => !connected).map(({ validator }) => validator);
    assert.deepEqual(unconnected, away);
    await network.start(3);
    for (const index of [0, 1, 3]) await reach(index, waiting + 2);
    await agree(waiting + 2);
    await network.start(2);
  });

  it("refuse a synced block with a swapped body before execution, and then take the real one (N3)", async () => {
    await network.stop(3);
    const rpc = provider(0);
    const { hash } = await RICH.connect(rpc).sendTransaction({ to: POOR, value: 1n });
    const { blockNumber } = await waitFor("the receipt", () => rpc.getTransactionReceipt(hash));
    rpc.destroy();
    const certified = await node(0).chain.reader.rawBlock(blockNumber);
    assert.equal(bodyFault(decodeBlock(certified ?? new Uint8Array()), 2n ** 63n), null);
    swapBodies = true;
    const executed: Hash[] = [];
    const { log } = await network.start(3, { openChain: telling(executed) });
    await waitFor("the refusal", () =>
      log.lines.some(({ fields }) => "rule" in fields && fields.rule === "H1.transactionsRoot"),
    );
    assert.equal(height(3), blockNumber - 1);
    assert(!executed.includes(decodeBlock(certified ?? new Uint8Array()).hash));
    swapBodies = false;
    await network.stop(3);
    await network.start(3);
    await reach(3, blockNumber);
    await agree(blockNumber);
  });

  it("report themselves over RPC", async () => {
    const rpc = provider(0);
    try {
      assert.equal(await rpc.send("eth_syncing", []), false);
      const status = await rpc.send("causeway_status", []);
      assert.equal(status.halted, null);
      assert.equal(status.name, "node-0");
    } finally {
      rpc.destroy();
    }
    const metrics = await fetch(`http://127.0.0.1:${node(0).running.metricsPort}/metrics`);
    assert.match(await metrics.text(), /causeway_height\{node="node-0"\} \d+/);
  });
});

interface Rounds {
  readonly waitsFor: { readonly what: string; readonly have?: number };
  readonly validators: readonly { readonly validator: Address; readonly connected: boolean }[];
}

/** The same header over no transactions. */
function emptied(block: Block): Block {
  const [header, , ommers, withdrawals] = RLP.decode(block.bytes) as Uint8Array[][];
  return { ...block, bytes: RLP.encode([header ?? [], [], ommers ?? [], withdrawals ?? []]) };
}
