import assert from "node:assert/strict";
import type { Hex } from "@causeway/protocol/hex";
import {
  BaseError,
  ContractFunctionRevertedError,
  createPublicClient,
  createWalletClient,
  defineChain,
  encodeFunctionData,
  http,
  InsufficientFundsError,
  LimitExceededRpcError,
  MethodNotFoundRpcError,
  NonceTooLowError,
  parseAbi,
  parseEther,
  webSocket,
  zeroAddress,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { COUNTER_ABI, COUNTER_BYTECODE } from "../support/counterContract.js";
import { CHAIN_ID, FUNDED_KEYS, LiveChain, POOR_KEY } from "../support/liveChain.js";

const ABI = parseAbi(COUNTER_ABI);
const RECIPIENT: Hex = `0x${"78".repeat(20)}`;

for (const transport of ["http", "webSocket"] as const) {
  describe(`viem ${transport} over the real chain`, () => {
    let live: LiveChain;
    let clients: ReturnType<typeof connect>;
    let address: Hex;
    /** End what a test watches, also when it fails: a watcher that goes on keeps the process alive. */
    const stops: (() => void)[] = [];

    function connect() {
      const chain = defineChain({
        id: CHAIN_ID,
        name: "Causeway test",
        nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
        rpcUrls: { default: { http: [live.url], webSocket: [live.wsUrl] } },
      });
      const link =
        transport === "http"
          ? http(live.url, { batch: true, retryCount: 0 })
          : webSocket(live.wsUrl, { retryCount: 0 });
      const account = privateKeyToAccount(FUNDED_KEYS[1] ?? "0x");
      return {
        link,
        reader: createPublicClient({ chain, transport: link, pollingInterval: 20, cacheTime: 0 }),
        writer: createWalletClient({ chain, transport: link, account }),
        poor: createWalletClient({ chain, transport: link, account: privateKeyToAccount(POOR_KEY) }),
      };
    }

    before(async () => {
      live = await LiveChain.start({ limits: { logEntriesMax: 1 } });
      clients = connect();
      const hash = await clients.writer.deployContract({ abi: ABI, bytecode: COUNTER_BYTECODE, args: [5n] });
      const receipt = await clients.reader.waitForTransactionReceipt({ hash });
      assert.ok(receipt.contractAddress);
      address = receipt.contractAddress;
    });
    afterEach(async () => {
      for (const stop of stops.splice(0)) stop();
      // A watcher over HTTP ends once its filter is uninstalled: the answer to what was asked after that says it is.
      await clients.reader.getBlockNumber();
    });
    after(async () => {
      if (transport === "webSocket") {
        const socket = await (await import("viem/utils")).getWebSocketRpcClient(live.wsUrl);
        socket.close();
      }
      await live.stop();
    });

    it("writes to and reads from the deployed contract", async () => {
      const { reader, writer } = clients;
      const { request, result } = await reader.simulateContract({
        address,
        abi: ABI,
        functionName: "increase",
        args: [4n],
        account: writer.account,
      });
      assert.equal(result, 9n);
      const receipt = await reader.waitForTransactionReceipt({ hash: await writer.writeContract(request) });
      assert.equal(receipt.status, "success");
      assert.equal(await reader.readContract({ address, abi: ABI, functionName: "count" }), 9n);
      const [event] = await reader.getContractEvents({
        address,
        abi: ABI,
        eventName: "Increased",
        fromBlock: receipt.blockNumber,
      });
      assert.equal(event?.args.value, 9n);
      assert.equal(event?.removed, false);
    });

    it("calls an account as it will be once its delegation is signed (EIP-7702)", async () => {
      const { reader, writer } = clients;
      const delegate = { contractAddress: address, executor: "self" } as const;
      const authorization = await writer.signAuthorization(delegate);
      const call = {
        account: writer.account,
        to: writer.account.address,
        data: encodeFunctionData({ abi: ABI, functionName: "increase", args: [3n] }),
      };
      const delegated = await reader.call({ ...call, authorizationList: [authorization] });
      assert.equal(BigInt(delegated.data ?? 0), 3n);
      const gas = await reader.estimateGas({ ...call, authorizationList: [authorization] });
      const spent = await writer.signAuthorization({ ...delegate, nonce: authorization.nonce + 5 });
      assert.equal((await reader.call({ ...call, authorizationList: [spent] })).data, undefined);
      const hash = await writer.sendTransaction({ ...call, gas, authorizationList: [authorization] });
      const receipt = await reader.waitForTransactionReceipt({ hash });
      assert.equal(receipt.status, "success");
      assert.equal(receipt.logs.length, 1);
      const revoked = await writer.signAuthorization({ contractAddress: zeroAddress, executor: "self" });
      await reader.waitForTransactionReceipt({
        hash: await writer.sendTransaction({ to: RECIPIENT, authorizationList: [revoked] }),
      });
      assert.equal(await reader.getCode({ address: writer.account.address }), undefined);
    });

    it("sends every kind of transaction the chain takes and reads it back", async () => {
      const { reader, writer } = clients;
      const gasPrice = await reader.getGasPrice();
      const hashes = [
        await writer.sendTransaction({ to: RECIPIENT, value: 1n, type: "legacy", gasPrice }),
        await writer.sendTransaction({
          to: RECIPIENT,
          value: 1n,
          type: "eip2930",
          gasPrice,
          accessList: [{ address, storageKeys: [`0x${"00".repeat(32)}`] }],
        }),
        await writer.sendTransaction({ to: RECIPIENT, value: 1n, type: "eip1559" }),
      ];
      // Who authorizes something may have one transaction in the pool, not three.
      for (const hash of hashes) await reader.waitForTransactionReceipt({ hash });
      const authorization = await writer.signAuthorization({ contractAddress: address, executor: "self" });
      hashes.push(await writer.sendTransaction({ to: RECIPIENT, authorizationList: [authorization] }));
      for (const [i, type] of ["legacy", "eip2930", "eip1559", "eip7702"].entries()) {
        const hash = hashes[i] ?? "0x";
        const receipt = await reader.waitForTransactionReceipt({ hash });
        const transaction = await reader.getTransaction({ hash });
        assert.deepEqual([transaction.type, receipt.type, receipt.status], [type, type, "success"]);
        assert.equal(transaction.chainId, CHAIN_ID);
        const raw = await reader.request({
          method: "eth_getRawTransactionByHash" as "eth_getTransactionByHash",
          params: [hash],
        });
        assert.match(String(raw), /^0x/);
      }
    });

    it("estimates fees and the history behind them", async () => {
      const { reader } = clients;
      const fees = await reader.estimateFeesPerGas();
      assert.ok(fees.maxFeePerGas > fees.maxPriorityFeePerGas);
      const history = await reader.getFeeHistory({ blockCount: 3, rewardPercentiles: [25, 75] });
      assert.ok(history.reward?.every((row) => row.length === 2));
      assert.equal(await reader.getBlobBaseFee(), 1n);
    });

    it("hears blocks, events and pooled transactions", async () => {
      const { reader, writer } = clients;
      const block = new Promise<bigint | null>((resolve) =>
        stops.push(reader.watchBlocks({ onBlock: ({ number }) => resolve(number), onError: () => {} })),
      );
      const event = new Promise<bigint | undefined>((resolve) =>
        stops.push(
          reader.watchContractEvent({
            address,
            abi: ABI,
            eventName: "Increased",
            onLogs: ([log]) => resolve(log?.args.value),
          }),
        ),
      );
      const pooled = new Promise<Hex | undefined>((resolve) =>
        stops.push(reader.watchPendingTransactions({ onTransactions: ([hash]) => resolve(hash) })),
      );
      // The watchers connect without telling; a block number answered after them means they are in place.
      await reader.getBlockNumber();
      let heard = false;
      void Promise.all([block, event, pooled]).then(() => {
        heard = true;
      });
      for (let i = 0; i < 50 && !heard; i++) {
        const hash = await writer.writeContract({ address, abi: ABI, functionName: "increase", args: [1n] });
        await reader.waitForTransactionReceipt({ hash });
      }
      assert.ok((await block) !== undefined);
      assert.ok(((await event) ?? 0n) > 5n);
      assert.match((await pooled) ?? "", /^0x[0-9a-f]{64}$/);
    });

    it("names reverts, spent nonces, missing funds, methods and limits by its own error classes", async () => {
      const { reader, writer, poor } = clients;
      await assert.rejects(reader.readContract({ address, abi: ABI, functionName: "forbidden" }), (error) => {
        const cause =
          error instanceof BaseError && error.walk((e) => e instanceof ContractFunctionRevertedError);
        assert.ok(cause instanceof ContractFunctionRevertedError);
        assert.deepEqual([cause.data?.errorName, cause.data?.args], ["Forbidden", [7n]]);
        return true;
      });
      await assert.rejects(
        writer.sendTransaction({ to: RECIPIENT, nonce: 0, gas: 21_000n }),
        walksTo(NonceTooLowError),
      );
      await assert.rejects(
        poor.sendTransaction({ to: RECIPIENT, value: parseEther("1"), gas: 21_000n }),
        walksTo(InsufficientFundsError),
      );
      await assert.rejects(
        reader.request({ method: "eth_nope" as "eth_chainId" }),
        walksTo(MethodNotFoundRpcError),
      );
      await assert.rejects(reader.getLogs({ fromBlock: 0n }), walksTo(LimitExceededRpcError));
    });

    it("simulates blocks of calls, fills what is left out, and waits for receipts", async () => {
      const { reader, writer } = clients;
      const account = writer.account.address;
      const increase = {
        to: address,
        data: encodeFunctionData({ abi: ABI, functionName: "increase", args: [2n] }),
      };
      const count = await reader.readContract({ address, abi: ABI, functionName: "count" });
      const { results, assetChanges } = await reader.simulateCalls({
        account,
        calls: [increase, increase, { to: RECIPIENT, value: 1n }],
      });
      assert.deepEqual(
        results.map(({ status }) => status),
        ["success", "success", "success"],
      );
      assert.equal(BigInt(results[1]?.data ?? 0), count + 4n);
      assert.deepEqual(assetChanges, []);
      const blocks = await reader.simulateBlocks({
        blocks: [{ calls: [increase] }, { blockOverrides: { time: 4_000_000_000n }, calls: [increase] }],
        traceTransfers: true,
      });
      assert.equal(blocks[1]?.timestamp, 4_000_000_000n);
      assert.equal(blocks[1]?.parentHash, blocks[0]?.hash);
      assert.equal(BigInt(blocks[1]?.calls[0]?.data ?? 0), count + 4n);
      const { accessList } = await reader.createAccessList({ account, ...increase });
      assert.deepEqual(accessList, [{ address, storageKeys: [`0x${"00".repeat(32)}`] }]);
      const { transaction } = await reader.fillTransaction({ account, ...increase });
      assert.equal(transaction.nonce, await reader.getTransactionCount({ address: account }));
      const serializedTransaction = await writer.signTransaction(
        await writer.prepareTransactionRequest(increase),
      );
      const receipt = await reader.sendRawTransactionSync({ serializedTransaction });
      assert.equal(receipt.status, "success");
      const found = await reader.getTransaction({ sender: account, nonce: transaction.nonce ?? -1 });
      assert.equal(found.hash, receipt.transactionHash);
    });

    it("proves an account, overrides state, and reads receipts of a block", async () => {
      const { reader, writer } = clients;
      const proof = await reader.getProof({ address, storageKeys: [`0x${"00".repeat(32)}`] });
      assert.ok((proof.storageProof[0]?.value ?? 0n) > 0n);
      const overridden = await reader.readContract({
        address,
        abi: ABI,
        functionName: "count",
        stateOverride: [
          { address, stateDiff: [{ slot: `0x${"00".repeat(32)}`, value: `0x${"00".repeat(31)}2a` }] },
        ],
      });
      assert.equal(overridden, 42n);
      const hash = await writer.sendTransaction({ to: RECIPIENT, value: 1n });
      const { blockNumber } = await reader.waitForTransactionReceipt({ hash });
      const block = await reader.getBlock({ blockNumber, includeTransactions: true });
      assert.equal(block.transactions[0]?.hash, hash);
      assert.equal((await reader.getBlock({ blockTag: "pending" })).number, block.number + 1n);
    });
  });
}

function walksTo(kind: abstract new (...args: never[]) => Error) {
  return (error: unknown): true => {
    assert.ok(error instanceof BaseError && error.walk((e) => e instanceof kind) !== null, String(error));
    return true;
  };
}
