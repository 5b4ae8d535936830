import assert from "node:assert/strict";
import {
  type Contract,
  ContractFactory,
  type EventLog,
  id,
  JsonRpcProvider,
  parseEther,
  Wallet,
  WebSocketProvider,
} from "ethers";
import { RPC_CODE } from "../../src/rpcError.js";
import { COUNTER_ABI, COUNTER_BYTECODE } from "../support/counterContract.js";
import { CHAIN_ID, FUNDED_KEYS, LiveChain, POOR_KEY } from "../support/liveChain.js";
import { RpcClient } from "../support/rpcClient.js";

const RECIPIENT = `0x${"77".repeat(20)}`;

/** Run against every way ethers connects. */
for (const transport of ["JsonRpcProvider", "WebSocketProvider"] as const) {
  describe(`ethers ${transport} over the real chain`, () => {
    let live: LiveChain;
    let provider: JsonRpcProvider | WebSocketProvider;
    let wallet: Wallet;
    let counter: Contract;

    before(async () => {
      live = await LiveChain.start({ limits: { callGasMax: 5_000_000n } });
      provider =
        transport === "JsonRpcProvider"
          ? new JsonRpcProvider(live.url, undefined, { pollingInterval: 20, cacheTimeout: -1 })
          : new WebSocketProvider(live.wsUrl, undefined, { cacheTimeout: -1 });
      wallet = new Wallet(FUNDED_KEYS[0] ?? "", provider);
      const factory = new ContractFactory([...COUNTER_ABI], COUNTER_BYTECODE, wallet);
      counter = (await (await factory.deploy(5)).waitForDeployment()) as Contract;
    });
    after(async () => {
      await provider.destroy();
      await live.stop();
    });

    it("knows the network and the deployed contract", async () => {
      assert.equal((await provider.getNetwork()).chainId, BigInt(CHAIN_ID));
      assert.equal(await counter.getFunction("count")(), 5n);
      assert.notEqual(await provider.getCode(counter), "0x");
    });

    it("answers many calls at once in one batch", async () => {
      const balances = await Promise.all(Array.from({ length: 40 }, () => provider.getBalance(RECIPIENT)));
      assert.equal(balances.length, 40);
    });

    it("transfers, and block, receipt and balance agree", async () => {
      const before = await provider.getBalance(RECIPIENT);
      const sent = await wallet.sendTransaction({ to: RECIPIENT, value: parseEther("1.5") });
      const receipt = await sent.wait();
      assert.equal(receipt?.status, 1);
      assert.equal(receipt?.gasUsed, 21_000n);
      assert.equal((await provider.getBalance(RECIPIENT)) - before, parseEther("1.5"));
      const block = await provider.getBlock(receipt?.blockNumber ?? 0, true);
      assert.equal(block?.hash, receipt?.blockHash);
      assert.equal(block?.prefetchedTransactions[0]?.hash, sent.hash);
      const transaction = await provider.getTransaction(sent.hash);
      assert.equal(transaction?.blockNumber, receipt?.blockNumber);
      assert.equal(transaction?.gasPrice, receipt?.gasPrice);
    });

    it("writes, and finds the log by filter", async () => {
      const increase = await counter.getFunction("increase")(3);
      const receipt = await increase.wait();
      const logs = await counter.queryFilter("Increased", receipt.blockNumber, receipt.blockNumber);
      const [event] = logs as EventLog[];
      assert.equal(event?.args.by, wallet.address);
      assert.equal(event?.args.value, await counter.getFunction("count")());
      assert.equal(event?.transactionHash, increase.hash);
    });

    it("hears new blocks and events as they come", async () => {
      const heard = new Promise<[bigint, string]>((resolve) => {
        void counter.once("Increased", (_by, value, payload) =>
          resolve([value, payload.log.transactionHash]),
        );
      });
      const block = new Promise<number>((resolve) => void provider.once("block", resolve));
      await provider.getBlockNumber();
      const height = (await live.mine()).height;
      assert.ok((await block) >= height);
      const increase = await counter.getFunction("increase")(1);
      const [value, hash] = await heard;
      assert.equal(hash, increase.hash);
      assert.equal(value, await counter.getFunction("count")());
    });

    it("recognises reverts with a reason, a custom error and a panic", async () => {
      await assert.rejects(counter.getFunction("increase")(0), {
        code: "CALL_EXCEPTION",
        reason: "by nothing",
      });
      await assert.rejects(counter.getFunction("increase").staticCall(0), {
        code: "CALL_EXCEPTION",
        reason: "by nothing",
      });
      await assert.rejects(counter.getFunction("divide")(0), /Panic due to DIVIDE_BY_ZERO/);
      await assert.rejects(
        counter.getFunction("forbidden")(),
        (error: { revert?: { name: string; args: unknown[] } }) => {
          assert.equal(error.revert?.name, "Forbidden");
          assert.deepEqual([...(error.revert?.args ?? [])], [7n]);
          return true;
        },
      );
    });

    it("recognises what the pool refuses", async () => {
      const spent = await wallet.populateTransaction({ to: RECIPIENT, nonce: 0 });
      await assert.rejects(wallet.sendTransaction(spent), { code: "NONCE_EXPIRED" });
      const poor = new Wallet(POOR_KEY, provider);
      await assert.rejects(poor.sendTransaction({ to: RECIPIENT, value: 1n, gasLimit: 21_000 }), {
        code: "INSUFFICIENT_FUNDS",
      });
    });

    it("recognises an underpriced replacement", async () => {
      live.autoMine = false;
      const fees = { maxFeePerGas: 3_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n };
      const nonce = await wallet.getNonce("pending");
      const first = await wallet.sendTransaction({ to: RECIPIENT, nonce, ...fees });
      assert.equal(await wallet.getNonce("pending"), nonce + 1);
      await assert.rejects(wallet.sendTransaction({ to: wallet.address, nonce, ...fees }), {
        code: "REPLACEMENT_UNDERPRICED",
      });
      live.autoMine = true;
      await live.mine();
      assert.equal((await first.wait())?.status, 1);
    });

    it("reads storage and a proof of it that names the slot", async () => {
      const slot = await provider.getStorage(counter, 0);
      assert.equal(BigInt(slot), await counter.getFunction("count")());
      const proof = await provider.send("eth_getProof", [await counter.getAddress(), ["0x0"], "latest"]);
      assert.equal(BigInt(proof.storageProof[0].value), BigInt(slot));
      assert.equal(proof.storageProof[0].key, "0x0");
      assert.ok(proof.accountProof.length > 0);
    });

    it("stops a call that never ends, at the gas cap of the node", async () => {
      const call = { to: await counter.getAddress(), data: counter.interface.encodeFunctionData("spin") };
      const rpc = new RpcClient(live.url);
      assert.deepEqual(await rpc.error("eth_call", call, "latest"), [
        RPC_CODE.server,
        "out of gas: the limit is 5000000 gas (--rpc-call-gas)",
      ]);
      assert.deepEqual(await rpc.error("eth_estimateGas", { ...call, gas: "0xf4240" }), [
        RPC_CODE.server,
        "gas required exceeds allowance (1000000)",
      ]);
    });

    it("sees safe and finalized blocks, and the topic of an event", async () => {
      const [latest, safe, finalized] = await Promise.all(
        ["latest", "safe", "finalized"].map((tag) => provider.getBlock(tag)),
      );
      assert.equal(latest?.hash, finalized?.hash);
      assert.equal(safe?.hash, finalized?.hash);
      const logs = await provider.getLogs({ fromBlock: 0, topics: [id("Increased(address,uint256)")] });
      assert.ok(logs.length >= 2);
    });

    it("estimates with pending and reads the pending block", async () => {
      assert.equal(
        await provider.estimateGas({ to: RECIPIENT, from: wallet.address, blockTag: "pending" }),
        21_000n,
      );
      assert.equal((await provider.getBlock("pending"))?.number, (await provider.getBlockNumber()) + 1);
    });
  });
}
