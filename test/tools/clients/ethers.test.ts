import assert from "node:assert/strict";
import {
  type Contract,
  ContractFactory,
  isCallException,
  isError,
  JsonRpcProvider,
  type Log,
  parseEther,
  parseUnits,
  type TransactionRequest,
  WebSocketProvider,
} from "ethers";
import { compiledContract } from "../support/compileSolidity.js";
import { NOBODY, toolWallet } from "../support/toolAccounts.js";
import { type ToolChain, toolChain } from "../support/toolChain.js";

describe("ethers", () => {
  const probe = compiledContract("Probe");
  let chain: ToolChain;
  let contract: Contract;

  before(async () => {
    chain = await toolChain();
    const signer = toolWallet("ethers").connect(chain.provider);
    const deployed = await new ContractFactory(probe.abi, probe.bytecode, signer).deploy(7n, { value: 3n });
    contract = (await deployed.waitForDeployment()) as Contract;
  });

  it("deploys, sends and finds its event by filter, query and receipt", async () => {
    const sent = await contract.getFunction("store")(5n, "0xabcd", { value: 1n });
    const receipt = await sent.wait();
    const [log] = receipt.logs;
    assert.deepEqual([log.eventName, ...log.args], ["Stored", toolWallet("ethers").address, 5n, "0xabcd"]);
    const found = await contract.queryFilter(contract.getEvent("Stored")(null, 5n), receipt.blockNumber);
    assert.deepEqual(
      found.map(({ transactionHash, index }) => [transactionHash, index]),
      [[sent.hash, log.index]],
    );
    assert.equal(await contract.getFunction("slots")(5n), 2n);
    assert.equal(await chain.provider.getBalance(await contract.getAddress()), 4n);
    const block = await receipt.getBlock();
    assert.equal((await block.getTransaction(sent.hash)).hash, sent.hash);
    assert.equal(
      await receipt.confirmations(),
      (await chain.provider.getBlockNumber()) - receipt.blockNumber + 1,
    );
    for (const tag of ["safe", "finalized"] as const)
      assert.ok(((await chain.provider.getBlock(tag))?.number ?? 0) >= receipt.blockNumber, tag);
  });

  it("sends all three kinds of transaction, with fees from the node", async () => {
    const signer = toolWallet("ethers").connect(chain.provider);
    const { gasPrice, maxFeePerGas, maxPriorityFeePerGas } = await chain.provider.getFeeData();
    assert.ok(gasPrice !== null && gasPrice > 0n);
    assert.ok(maxFeePerGas !== null && maxPriorityFeePerGas !== null && maxFeePerGas > maxPriorityFeePerGas);
    const nonce = await signer.getNonce();
    const kinds: readonly TransactionRequest[] = [
      { type: 0, gasPrice },
      { type: 1, gasPrice, accessList: [{ address: NOBODY, storageKeys: [] }] },
      { type: 2, maxFeePerGas, maxPriorityFeePerGas },
    ];
    const sent = await Promise.all(
      kinds.map((kind, i) => signer.sendTransaction({ ...kind, nonce: nonce + i, to: NOBODY, value: 1n })),
    );
    const receipts = await Promise.all(sent.map((transaction) => transaction.wait()));
    assert.deepEqual(
      receipts.map((receipt) => [receipt?.type, receipt?.status]),
      [0, 1, 2].map((type) => [type, 1]),
    );
    const mined = await Promise.all(sent.map(({ hash }) => chain.provider.getTransaction(hash)));
    assert.deepEqual(
      mined.map((transaction) => [transaction?.type, transaction?.from, transaction?.chainId]),
      [0, 1, 2].map((type) => [type, signer.address, BigInt(chain.chainId)]),
    );
    assert.equal(mined[1]?.accessList?.[0]?.address.toLowerCase(), NOBODY);
  });

  it("names what a call fails with: reason, custom error, panic, nothing", async () => {
    const failures = await Promise.all([
      failureOf(contract.getFunction("failWithReason").staticCall()),
      failureOf(contract.getFunction("failWithError").staticCall(9n)),
      failureOf(contract.getFunction("failWithPanic").staticCall(0n)),
      failureOf(contract.getFunction("failWithNothing").staticCall()),
      failureOf(contract.getFunction("failWithReason").estimateGas()),
    ]);
    const [reason, custom, panic, nothing, estimate] = failures;
    assert.ok(isCallException(reason) && reason.reason === "not today");
    assert.ok(isCallException(custom));
    assert.deepEqual(
      [custom.revert?.name, ...(custom.revert?.args ?? [])],
      ["Refused", toolWallet("ethers").address, 9n],
    );
    assert.ok(
      isCallException(panic) && panic.revert?.name === "Panic" && BigInt(panic.revert.args[0]) === 0x12n,
    );
    assert.ok(isCallException(nothing) && nothing.data === "0x");
    assert.ok(isCallException(estimate) && estimate.reason === "not today");
  });

  it("names what the pool refuses", async () => {
    const signer = toolWallet("ethers pool").connect(chain.provider);
    const waiting = { to: NOBODY, nonce: 5, gasLimit: 21_000, maxFeePerGas: parseUnits("10", "gwei") };
    const queued = await signer.sendTransaction({
      ...waiting,
      maxPriorityFeePerGas: parseUnits("1", "gwei"),
    });
    assert.equal((await chain.provider.getTransaction(queued.hash))?.blockNumber, null);
    const cheaper = { ...waiting, value: 1n, maxPriorityFeePerGas: parseUnits("1", "gwei") };
    assert.ok(isError(await failureOf(signer.sendTransaction(cheaper)), "REPLACEMENT_UNDERPRICED"));

    const first = await signer.sendTransaction({ to: NOBODY, nonce: 0 });
    assert.equal((await first.wait())?.status, 1);
    const again = { to: NOBODY, nonce: 0, value: 2n, gasLimit: 21_000 };
    assert.ok(isError(await failureOf(signer.sendTransaction(again)), "NONCE_EXPIRED"));
    const tooMuch = { to: NOBODY, value: parseEther("1000000"), gasLimit: 21_000 };
    assert.ok(isError(await failureOf(signer.sendTransaction(tooMuch)), "INSUFFICIENT_FUNDS"));
  });

  it("replaces a transaction by a dearer one, and the first one's waiter says so", async () => {
    const signer = toolWallet("ethers pool").connect(chain.provider);
    // Nonce 2 waits for nonce 1, so that both bids are in the pool at once.
    const bid = (gwei: string, value: bigint) => ({
      ...{ to: NOBODY, nonce: 2, gasLimit: 21_000, value },
      ...{ maxFeePerGas: parseUnits(gwei, "gwei"), maxPriorityFeePerGas: parseUnits(gwei, "gwei") },
    });
    const first = await signer.sendTransaction(bid("3", 1n));
    const second = await signer.sendTransaction(bid("4", 2n));
    const replaced = failureOf(first.wait());
    await signer.sendTransaction({ to: NOBODY, nonce: 1, gasLimit: 21_000 });
    assert.equal((await second.wait())?.status, 1);
    const fault = await replaced;
    assert.ok(isError(fault, "TRANSACTION_REPLACED"));
    assert.deepEqual([fault.reason, fault.replacement.hash], ["replaced", second.hash]);
  });

  it("asks many things in one batch", async () => {
    const bodies: unknown[] = [];
    const batching = new JsonRpcProvider(chain.url, chain.chainId, {
      staticNetwork: true,
      batchStallTime: 20,
    });
    await batching.on("debug", ({ action, payload }) => {
      if (action === "sendRpcPayload") bodies.push(payload);
    });
    try {
      const [block, balance, code, count, network] = await Promise.all([
        batching.getBlock("latest"),
        batching.getBalance(toolWallet("ethers").address),
        batching.getCode(contract),
        batching.getTransactionCount(toolWallet("ethers").address),
        batching.send("net_version", []),
      ]);
      assert.ok(block !== null && balance > 0n && code.length > 2 && count >= 5);
      assert.equal(network, String(chain.chainId));
      assert.deepEqual(
        bodies.map((body) => (body as unknown[]).length),
        [5],
      );
    } finally {
      batching.destroy();
    }
  });

  it("follows blocks, pending transactions and events over a websocket", async () => {
    const socket = new WebSocketProvider(chain.wsUrl, chain.chainId);
    try {
      const blocks: number[] = [];
      const pending: string[] = [];
      const events: Log[] = [];
      await socket.on("block", (number: number) => blocks.push(number));
      await socket.on("pending", (hash: string) => pending.push(hash));
      await socket.on({ address: await contract.getAddress() }, (log: Log) => events.push(log));
      const sent = await contract.getFunction("store")(77n, "0x01");
      const receipt = await sent.wait();
      await new Promise<void>((resolve) =>
        socket.on("block", (number: number) => {
          if (number >= receipt.blockNumber + 2) resolve();
        }),
      );
      assert.deepEqual(
        blocks,
        blocks.map((_, i) => (blocks[0] as number) + i),
      );
      assert.ok(pending.includes(sent.hash));
      assert.deepEqual(
        events.map((event) => event.transactionHash),
        [sent.hash],
      );
    } finally {
      await socket.destroy();
    }
  });
});

/** What a promise rejects with. */
async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => assert.fail("should have failed"),
    (error: unknown) => error,
  );
}
