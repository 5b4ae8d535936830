import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import {
  type Address,
  BaseError,
  ContractFunctionRevertedError,
  createPublicClient,
  createWalletClient,
  defineChain,
  encodeFunctionData,
  FeeCapTooLowError,
  getContract,
  type Hash,
  http,
  InsufficientFundsError,
  IntrinsicGasTooLowError,
  keccak256,
  type Log,
  NonceTooLowError,
  type PublicClient,
  parseEther,
  parseGwei,
  TransactionReceiptNotFoundError,
  toHex,
  type Chain as ViemChain,
  webSocket,
} from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { compiledContract } from "../support/compileSolidity.js";
import { NOBODY, type ToolAccount, toolWallet } from "../support/toolAccounts.js";
import { type ToolChain, toolChain } from "../support/toolChain.js";

const POLLING_MS = 100;

describe("viem", () => {
  const probe = compiledContract("Probe");
  const account = accountOf("viem");
  let chain: ToolChain;
  let viemChain: ViemChain;
  let client: PublicClient;
  let address: Address;

  const wallet = (signer: PrivateKeyAccount = account) =>
    createWalletClient({ account: signer, chain: viemChain, transport: http(), pollingInterval: POLLING_MS });
  const receiptOf = (hash: Hash) => client.waitForTransactionReceipt({ hash });

  before(async () => {
    chain = await toolChain();
    viemChain = defineChain({
      id: chain.chainId,
      name: "Causeway",
      nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
      rpcUrls: { default: { http: [chain.url], webSocket: [chain.wsUrl] } },
    });
    client = createPublicClient({
      chain: viemChain,
      transport: http(undefined, { batch: true }),
      pollingInterval: POLLING_MS,
    });
    const hash = await wallet().deployContract({ abi: probe.abi, bytecode: probe.bytecode, args: [7n] });
    const { contractAddress } = await receiptOf(hash);
    assert.ok(contractAddress);
    address = contractAddress;
  });

  it("simulates, writes, and reads its event back", async () => {
    const { request } = await client.simulateContract({
      ...{ address, abi: probe.abi, functionName: "store", args: [5n, "0xabcd"], account, value: 2n },
    });
    const { status, blockNumber, logs } = await receiptOf(await wallet().writeContract(request));
    assert.equal(status, "success");
    const events = await client.getContractEvents({
      ...{ address, abi: probe.abi, eventName: "Stored", args: { key: 5n } },
      ...{ fromBlock: blockNumber, toBlock: blockNumber, strict: true },
    });
    assert.deepEqual(
      events.map((event) => [(event as unknown as { args: unknown }).args, event.logIndex]),
      [[{ who: account.address, key: 5n, data: "0xabcd" }, logs[0]?.logIndex]],
    );
    const contract = getContract({ address, abi: probe.abi, client });
    assert.equal(await contract.read.slots?.([5n]), 2n);
    assert.equal(
      await client.getStorageAt({ address, slot: toHex(0, { size: 32 }) }),
      toHex(5, { size: 32 }),
    );
  });

  it("prepares all kinds of transaction", async () => {
    for (const type of ["legacy", "eip2930", "eip1559"] as const) {
      const hash = await wallet().sendTransaction({ to: NOBODY, value: 1n, type });
      const [receipt, transaction] = await Promise.all([receiptOf(hash), client.getTransaction({ hash })]);
      assert.deepEqual([receipt.status, receipt.type, transaction.type], ["success", type, type]);
    }
    const fees = await client.estimateFeesPerGas();
    assert.ok(fees.maxFeePerGas > fees.maxPriorityFeePerGas);
    const history = await client.getFeeHistory({ blockCount: 4, rewardPercentiles: [10, 50] });
    assert.deepEqual([history.baseFeePerGas.length, history.reward?.length], [5, 4]);
    assert.ok((await client.getBlobBaseFee()) >= 1n);
  });

  it("names what a call reverts with", async () => {
    const failure = async (functionName: string, args: unknown[] = []) => {
      const error = await rejection(
        client.simulateContract({ address, abi: probe.abi, functionName, args, account }),
      );
      assert.ok(error instanceof BaseError);
      const reverted = error.walk((cause) => cause instanceof ContractFunctionRevertedError);
      assert.ok(reverted instanceof ContractFunctionRevertedError, String(error));
      return reverted;
    };
    assert.equal((await failure("failWithReason")).reason, "not today");
    assert.deepEqual((await failure("failWithError", [9n])).data?.args, [account.address, 9n]);
    assert.match((await failure("failWithPanic", [0n])).reason ?? "", /Division|divi/i);
    assert.equal((await failure("failWithNothing")).data, undefined);
  });

  it("names what the pool refuses", async () => {
    const send = (request: { nonce?: number; value?: bigint; gas?: bigint; maxFeePerGas?: bigint }) =>
      rejection(
        wallet().sendTransaction({
          to: NOBODY,
          gas: 21_000n,
          maxPriorityFeePerGas: 0n,
          maxFeePerGas: parseGwei("5"),
          ...request,
        }),
      );
    const faults = [
      [await send({ nonce: 0 }), NonceTooLowError],
      [await send({ value: parseEther("1000000") }), InsufficientFundsError],
      [await send({ gas: 20_000n }), IntrinsicGasTooLowError],
    ] as const;
    for (const [error, kind] of faults) {
      assert.ok(error instanceof BaseError);
      assert.ok(error.walk((cause) => cause instanceof kind) !== null, `${kind.name}: ${error.message}`);
    }
    const underpriced = await rejection(
      client.call({ account, to: NOBODY, maxFeePerGas: 1n, maxPriorityFeePerGas: 1n }),
    );
    assert.ok(underpriced instanceof BaseError);
    assert.ok(underpriced.walk((cause) => cause instanceof FeeCapTooLowError) !== null, underpriced.message);
    assert.ok(
      (await rejection(client.getTransactionReceipt({ hash: keccak256("0x") }))) instanceof
        TransactionReceiptNotFoundError,
    );
  });

  it("reads many contracts in one call, through a contract and without one", async () => {
    const contracts = [5n, 6n].map((key) => ({
      address,
      abi: probe.abi,
      functionName: "slots",
      args: [key],
    }));
    const failing = { address, abi: probe.abi, functionName: "failWithReason" };
    const results = await client.multicall({ contracts: [...contracts, failing], deployless: true });
    assert.deepEqual(
      results.map(({ status, result }) => [status, result]),
      [
        ["success", 2n],
        ["success", 0n],
        ["failure", undefined],
      ],
    );
  });

  it("overrides state and block in a call", async () => {
    const call = (overrides: object) =>
      client.readContract({ address, abi: probe.abi, functionName: "value", ...overrides });
    const slot = toHex(0, { size: 32 });
    const value = toHex(1234, { size: 32 });
    assert.equal(await call({ stateOverride: [{ address, stateDiff: [{ slot, value }] }] }), 1234n);
    assert.equal(await call({}), 5n);
    const rich = { stateOverride: [{ address: NOBODY as Address, balance: parseEther("5") }] };
    assert.ok(
      await client
        .estimateGas({ account: NOBODY, to: address, value: parseEther("4"), data: "0x", ...rich })
        .then(
          () => false,
          () => true,
        ),
    );
    assert.equal(
      await client.estimateGas({ account: NOBODY, to: account.address, value: parseEther("4"), ...rich }),
      21_000n,
    );
  });

  it("asks for an access list, and simulates blocks of calls", async () => {
    const data = encodeFunctionData({ abi: probe.abi, functionName: "store", args: [5n, "0x01"] });
    const { accessList, gasUsed } = await client.createAccessList({ account, to: address, data });
    assert.deepEqual(
      accessList.map((entry) => entry.address),
      [address],
    );
    assert.ok(gasUsed > 21_000n);
    const [first, second] = await client.simulateBlocks({
      blocks: [
        { calls: [{ account, to: address, data, value: 1n }] },
        {
          blockOverrides: { time: 4_000_000_000n },
          calls: [{ to: address, abi: probe.abi, functionName: "value" }],
        },
      ],
    });
    assert.deepEqual([first?.calls[0]?.status, first?.calls[0]?.logs?.length], ["success", 1]);
    assert.deepEqual([second?.timestamp, second?.calls[0]?.result], [4_000_000_000n, 5n]);
  });

  it("proves accounts and storage", async () => {
    const { stateRoot, number } = await client.getBlock();
    const proof = await client.getProof({
      address,
      storageKeys: [toHex(0, { size: 32 })],
      blockNumber: number,
    });
    assert.equal(keccak256(proof.accountProof[0] as Hash), stateRoot);
    assert.equal(keccak256(proof.storageProof[0]?.proof[0] as Hash), proof.storageHash);
    assert.equal(proof.storageProof[0]?.value, 5n);
  });

  it("delegates an account to code, and calls through it (EIP-7702)", async () => {
    const batch = compiledContract("BatchAccount");
    const delegating = accountOf("viem delegating");
    const signer = wallet(delegating);
    const deployed = await receiptOf(
      await signer.deployContract({ abi: batch.abi, bytecode: batch.bytecode }),
    );
    const authorization = await signer.signAuthorization({
      contractAddress: deployed.contractAddress as Address,
      executor: "self",
    });
    const calls = [1n, 2n].map((value) => ({ to: NOBODY, value, data: "0x" }));
    const before = await client.getBalance({ address: NOBODY });
    const hash = await signer.writeContract({
      ...{ address: delegating.address, abi: batch.abi, functionName: "execute", args: [calls] },
      authorizationList: [authorization],
    });
    const receipt = await receiptOf(hash);
    assert.deepEqual([receipt.status, receipt.type, receipt.logs.length], ["success", "eip7702", 1]);
    assert.equal(await client.getBalance({ address: NOBODY }), before + 3n);
    assert.equal(
      await client.getCode({ address: delegating.address }),
      `0xef0100${deployed.contractAddress?.slice(2)}`,
    );
    const { authorizationList } = await client.getTransaction({ hash });
    assert.deepEqual(
      authorizationList?.map((entry) => [entry.address, entry.chainId, entry.nonce]),
      [[deployed.contractAddress, chain.chainId, authorization.nonce]],
    );
  });

  it("watches blocks, events and pending transactions over a websocket", async () => {
    const socket = createPublicClient({ chain: viemChain, transport: webSocket() });
    const numbers: bigint[] = [];
    const logs: Log[] = [];
    const pending: Hash[] = [];
    const heights = new EventEmitter();
    const height = (wanted: (number: bigint) => boolean) =>
      new Promise<void>((resolve) => {
        heights.on("block", (number: bigint) => {
          if (wanted(number)) resolve();
        });
      });
    const stop = [
      socket.watchContractEvent({ address, abi: probe.abi, onLogs: (found) => logs.push(...found) }),
      socket.watchPendingTransactions({ onTransactions: (hashes) => pending.push(...hashes) }),
      socket.watchBlocks({
        onBlock: ({ number }) => {
          numbers.push(number);
          heights.emit("block", number);
        },
      }),
    ];
    try {
      await height(() => true);
      const request = { address, abi: probe.abi, functionName: "store", args: [8n, "0x"] };
      const hash = await wallet().writeContract(request);
      const { blockNumber } = await receiptOf(hash);
      await height((number) => number > blockNumber);
      assert.deepEqual(
        numbers,
        numbers.map((_, i) => (numbers[0] as bigint) + BigInt(i)),
      );
      assert.deepEqual(
        logs.map(({ transactionHash }) => transactionHash),
        [hash],
      );
      assert.ok(pending.includes(hash));
    } finally {
      for (const unwatch of stop) unwatch();
      await (await socket.transport.getRpcClient()).close();
    }
  });
});

function accountOf(name: ToolAccount): PrivateKeyAccount {
  return privateKeyToAccount(toolWallet(name).privateKey as Hash);
}

/** What a promise rejects with. */
async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => assert.fail("should have failed"),
    (error: unknown) => error,
  );
}
