import assert from "node:assert/strict";
import { encodeRlp, keccak256, Transaction, toBeArray, toBeHex, Wallet } from "ethers";
import { RPC_CODE } from "../src/rpcError.js";
import { CHAIN_ID, FUNDED_KEYS, LiveChain, transfer } from "./support/liveChain.js";
import { RpcClient } from "./support/rpcClient.js";

const RICH = new Wallet(FUNDED_KEYS[0] ?? "").address.toLowerCase();
const NOBODY = `0x${"c0".repeat(20)}`;
const CONTRACT = `0x${"c1".repeat(20)}`;
const OTHER = `0x${"c2".repeat(20)}`;
const ETHER_LOGS = `0x${"ee".repeat(20)}`;
const IDENTITY = `0x${"04".padStart(40, "0")}`;

/** Programs that return one word or do one thing, by what they do. */
const CODE = {
  /** The word an opcode without operands gives. */
  word: (opcode: string) => `0x${opcode}5f5260205ff3`,
  /** The word an opcode gives for the word in the call data. */
  wordOf: (opcode: string) => `0x5f35${opcode}5f5260205ff3`,
  storeSecondAtFirst: "0x6020355f355500",
  clearSlotOne: "0x5f60015500",
  /** Pass the value on to the address in the call data. */
  forward: "0x5f5f5f5f345f355af100",
  forwardAndRevert: "0x5f5f5f5f345f355af15f5ffd",
  destructTo: "0x5f35ff",
  log: "0x5f5fa000",
  revert: "0x5f5ffd",
  invalid: "0xfe",
  loop: "0x5b5f56",
} as const;

const word = (value: bigint | number | string) => toBeHex(value, 32);
const quantity = (value: bigint | number) => `0x${value.toString(16)}`;

interface Call {
  readonly status: string;
  readonly returnData: string;
  readonly gasUsed: string;
  readonly maxUsedGas: string;
  readonly logs: readonly {
    readonly address: string;
    readonly topics: readonly string[];
    readonly data: string;
    readonly blockHash: string;
    readonly transactionHash: string;
    readonly logIndex: string;
  }[];
  readonly error?: { readonly code: number; readonly message: string; readonly data?: string };
}

interface Block {
  readonly [field: string]: unknown;
  readonly number: string;
  readonly hash: string;
  readonly parentHash: string;
  readonly timestamp: string;
  readonly calls: readonly Call[];
}

/** Far above what the calls here take on a busy machine. */
const CALL_MS_MAX = 60_000;

describe("eth_simulateV1 over the real chain", () => {
  let live: LiveChain;
  let rpc: RpcClient;
  before(async () => {
    live = await LiveChain.start({ limits: { callMsMax: CALL_MS_MAX } });
    rpc = new RpcClient(live.url);
  });
  after(() => live.stop());

  const simulate = (blockStateCalls: readonly unknown[], options: object = {}, on = "latest") =>
    rpc.result<Block[]>("eth_simulateV1", { blockStateCalls, ...options }, on);
  const failure = (blockStateCalls: readonly unknown[], options: object = {}, on = "latest") =>
    rpc.error("eth_simulateV1", { blockStateCalls, ...options }, on);
  const callsOf = async (block: unknown, options: object = {}) => {
    const [simulated] = await simulate([block], options);
    assert.ok(simulated);
    return simulated.calls;
  };
  /** Return data of one call to code placed at CONTRACT. */
  const returned = async (code: string, block: object = {}, input = "0x") => {
    const [call] = await callsOf({
      ...block,
      stateOverrides: { [CONTRACT]: { code } },
      calls: [{ to: CONTRACT, input }],
    });
    return call?.returnData;
  };

  it("leaves the state that a real block of the same transactions leaves", async () => {
    live.autoMine = false;
    const wallet = new Wallet(FUNDED_KEYS[0] ?? "");
    const deployment = { type: 2, chainId: CHAIN_ID, nonce: 1, gasLimit: 200_000n, value: 7n } as const;
    const raws = [
      await transfer(0),
      await wallet.signTransaction({
        ...deployment,
        maxFeePerGas: 5_000_000_000n,
        maxPriorityFeePerGas: 1_000_000n,
        // Stores, logs and leaves one byte of code.
        data: "0x602a5f555f5fa06001601ff3",
      }),
    ];
    for (const raw of raws) await rpc.result("eth_sendRawTransaction", raw);
    await live.mine();
    live.autoMine = true;
    const real = await rpc.result<Record<string, string>>("eth_getBlockByNumber", "latest", false);
    assert.equal(real.transactions?.length, raws.length);
    const [simulated] = await simulate(
      [
        {
          blockOverrides: {
            time: real.timestamp,
            feeRecipient: real.miner,
            prevRandao: real.mixHash,
            gasLimit: real.gasLimit,
            beaconRoot: real.parentBeaconBlockRoot,
          },
          calls: raws.map((raw) => callOf(Transaction.from(raw))),
        },
      ],
      { validation: true },
      quantity(BigInt(real.number ?? 0) - 1n),
    );
    for (const field of ["stateRoot", "receiptsRoot", "gasUsed", "logsBloom", "baseFeePerGas", "number"]) {
      assert.equal(simulated?.[field], real[field], field);
    }
  });

  it("fills gaps with empty blocks 12 s apart and links every header", async () => {
    const head = await rpc.result<Block>("eth_getBlockByNumber", "latest", false);
    const first = BigInt(head.number) + 1n;
    const blocks = await simulate([{ blockOverrides: { number: quantity(first + 2n) } }, {}]);
    assert.deepEqual(
      blocks.map(({ number }) => BigInt(number)),
      [first, first + 1n, first + 2n, first + 3n],
    );
    let parent = head;
    for (const block of blocks) {
      assert.equal(block.parentHash, parent.hash);
      assert.equal(BigInt(block.timestamp), BigInt(parent.timestamp) + 12n);
      assert.equal(block.hash, headerHash(block));
      parent = block;
    }
  });

  it("carries balances, nonces and storage from block to block, and nothing into the chain", async () => {
    const blocks = await simulate([
      {
        stateOverrides: {
          [NOBODY]: { balance: "0x64" },
          [CONTRACT]: { code: CODE.storeSecondAtFirst },
        },
        calls: [
          { from: NOBODY, to: OTHER, value: "0x28" },
          { from: NOBODY, to: CONTRACT, input: word(1) + word(9).slice(2) },
        ],
      },
      {
        stateOverrides: { [CONTRACT]: { code: CODE.wordOf("54") } },
        calls: [
          { to: CONTRACT, input: word(1) },
          { from: NOBODY, to: OTHER, value: "0x28" },
        ],
      },
      {
        stateOverrides: { [CONTRACT]: { code: CODE.wordOf("31") } },
        calls: [{ to: CONTRACT, input: word(OTHER) }],
      },
    ]);
    assert.equal(blocks[1]?.calls[0]?.returnData, word(9));
    assert.equal(blocks[2]?.calls[0]?.returnData, word(80));
    assert.equal(await rpc.result("eth_getBalance", OTHER), "0x0");
  });

  it("shows block overrides to the code", async () => {
    const head = BigInt(await rpc.result<string>("eth_blockNumber"));
    const overrides = {
      number: quantity(head + 1n),
      time: "0x77359400",
      gasLimit: "0x2faf080",
      feeRecipient: OTHER,
      prevRandao: word(0x1234),
      baseFeePerGas: "0x7",
      blobBaseFee: "0x9",
    };
    const seen = (opcode: string) => returned(CODE.word(opcode), { blockOverrides: overrides });
    assert.equal(await seen("43"), word(head + 1n));
    assert.equal(await seen("42"), word(overrides.time));
    assert.equal(await seen("45"), word(overrides.gasLimit));
    assert.equal(await seen("41"), word(OTHER));
    assert.equal(await seen("44"), overrides.prevRandao);
    assert.equal(await seen("48"), word(7));
    assert.equal(await seen("4a"), word(9));
    assert.equal(await returned(CODE.word("48")), word(0), "without validation gas is free");
  });

  it("knows the hashes of simulated blocks and of the chain's", async () => {
    const head = await rpc.result<Block>("eth_getBlockByNumber", "latest", false);
    const next = BigInt(head.number) + 1n;
    const blocks = await simulate([
      { stateOverrides: { [CONTRACT]: { code: CODE.wordOf("40") } } },
      {
        calls: [
          { to: CONTRACT, input: word(next) },
          { to: CONTRACT, input: word(head.number) },
          { to: CONTRACT, input: word(next + 1n) },
        ],
      },
    ]);
    assert.deepEqual(
      blocks[1]?.calls.map(({ returnData }) => returnData),
      [blocks[0]?.hash, head.hash, word(0)],
    );
  });

  it("replaces all storage by `state` and single slots by `stateDiff`", async () => {
    const slot = (n: number) => ({ to: CONTRACT, input: word(n) });
    const store = { [word(1)]: word(11), [word(2)]: word(22) };
    const code = CODE.wordOf("54");
    const blocks = await simulate([
      { stateOverrides: { [CONTRACT]: { code, state: store } }, calls: [slot(1), slot(2)] },
      { stateOverrides: { [CONTRACT]: { stateDiff: { [word(1)]: word(12) } } }, calls: [slot(1), slot(2)] },
      { stateOverrides: { [CONTRACT]: { state: { [word(2)]: word(23) } } }, calls: [slot(1), slot(2)] },
    ]);
    assert.deepEqual(
      blocks.map(({ calls }) => calls.map(({ returnData }) => BigInt(returnData))),
      [
        [11n, 22n],
        [12n, 22n],
        [0n, 23n],
      ],
    );
  });

  it("moves a precompile for one block and runs code in its place", async () => {
    const blocks = await simulate([
      {
        stateOverrides: { [IDENTITY]: { movePrecompileToAddress: OTHER, code: CODE.word("43") } },
        calls: [
          { to: OTHER, input: "0x1234" },
          { to: IDENTITY, input: "0x1234" },
        ],
      },
      { stateOverrides: { [IDENTITY]: { code: "0x" } }, calls: [{ to: OTHER, input: "0x1234" }] },
    ]);
    assert.equal(blocks[0]?.calls[0]?.returnData, "0x1234");
    assert.equal(blocks[0]?.calls[1]?.returnData, word(blocks[0]?.number ?? 0));
    assert.equal(blocks[1]?.calls[0]?.returnData, "0x");
    assert.equal(await returned(CODE.word("43"), {}), word(blocks[0]?.number ?? 0));
  });

  describe("traceTransfers", () => {
    const transfers = async (stateOverrides: object, call: object) => {
      const [result] = await callsOf(
        { stateOverrides, calls: [{ from: RICH, gas: "0x30d40", ...call }] },
        { traceTransfers: true },
      );
      return result?.logs.map(({ address, topics, data }) => ({
        address,
        from: topics[1] && `0x${topics[1].slice(26)}`,
        to: topics[2] && `0x${topics[2].slice(26)}`,
        value: BigInt(data === "0x" ? 0 : data),
      }));
    };
    const sent = (from: string, to: string, value: bigint) => ({ address: ETHER_LOGS, from, to, value });

    it("logs what a call sends, passes on, pays into a new contract and leaves at its end (ERC-7528)", async () => {
      assert.deepEqual(await transfers({}, { to: OTHER, value: "0x5" }), [sent(RICH, OTHER, 5n)]);
      assert.deepEqual(
        await transfers(
          { [CONTRACT]: { code: CODE.forward } },
          { to: CONTRACT, value: "0x5", input: word(OTHER) },
        ),
        [sent(RICH, CONTRACT, 5n), sent(CONTRACT, OTHER, 5n)],
      );
      assert.deepEqual(
        await transfers(
          { [CONTRACT]: { code: CODE.destructTo, balance: "0x3" } },
          { to: CONTRACT, input: word(OTHER) },
        ),
        [sent(CONTRACT, OTHER, 3n)],
      );
      const [creation] = (await transfers({}, { value: "0x5", data: "0x5f5ff3" })) ?? [];
      assert.equal(creation?.from, RICH);
      assert.match(creation?.to ?? "", /^0x(?!0{40})[0-9a-f]{40}$/);
    });

    it("shows nothing of what failed, and nothing at all unless asked", async () => {
      const override = { [CONTRACT]: { code: CODE.forwardAndRevert }, [OTHER]: { code: CODE.forward } };
      assert.deepEqual(await transfers(override, { to: CONTRACT, value: "0x5", input: word(NOBODY) }), []);
      const [call] = await callsOf({ calls: [{ from: RICH, to: OTHER, value: "0x5" }] });
      assert.deepEqual(call?.logs, []);
    });

    it("numbers them among the contracts' own logs and keeps them out of the bloom", async () => {
      const [block] = await simulate(
        [
          {
            stateOverrides: { [CONTRACT]: { code: CODE.log } },
            calls: [
              { from: RICH, to: OTHER, value: "0x1" },
              { from: RICH, to: CONTRACT, value: "0x1" },
            ],
          },
        ],
        { traceTransfers: true },
      );
      const logs = block?.calls.flatMap((call) => call.logs) ?? [];
      assert.deepEqual(
        logs.map(({ address, logIndex }) => [address, logIndex]),
        [
          [ETHER_LOGS, "0x0"],
          [ETHER_LOGS, "0x1"],
          [CONTRACT, "0x2"],
        ],
      );
      assert.ok(logs.every(({ blockHash }) => blockHash === block?.hash));
      assert.equal(logs[2]?.transactionHash, ((block?.transactions ?? []) as string[])[1]);
      const [plain] = await simulate([
        {
          stateOverrides: { [CONTRACT]: { code: CODE.log } },
          calls: [
            { from: RICH, to: OTHER, value: "0x1" },
            { from: RICH, to: CONTRACT, value: "0x1" },
          ],
        },
      ]);
      assert.equal(block?.logsBloom, plain?.logsBloom);
    });
  });

  it("tells reverts by code 3 with their data, halts by -32015, and goes on after both", async () => {
    const calls = await callsOf({
      stateOverrides: { [CONTRACT]: { code: CODE.revert }, [OTHER]: { code: CODE.invalid } },
      calls: [{ to: CONTRACT }, { to: OTHER, gas: "0xc350" }, { to: NOBODY }],
    });
    assert.deepEqual(
      calls.map(({ status, error }) => [status, error?.code, error?.data]),
      [
        ["0x0", 3, "0x"],
        ["0x0", -32_015, undefined],
        ["0x1", undefined, undefined],
      ],
    );
    assert.equal(calls[1]?.gasUsed, "0xc350");
  });

  it("reports gas before refunds as maxUsedGas", async () => {
    const [call] = await callsOf({
      stateOverrides: { [CONTRACT]: { code: CODE.clearSlotOne, state: { [word(1)]: word(5) } } },
      calls: [{ to: CONTRACT }],
    });
    const [used, most] = [BigInt(call?.gasUsed ?? 0), BigInt(call?.maxUsedGas ?? 0)];
    assert.equal(most - used, 4_800n, "EIP-3529 gives 4,800 back for a cleared slot");
  });

  it("shows whole transactions, unsigned, with their senders", async () => {
    const [block] = await simulate([{ calls: [{ from: RICH, to: OTHER, value: "0x1" }] }], {
      returnFullTransactions: true,
    });
    const [transaction] = (block?.transactions ?? []) as {
      from: string;
      type: string;
      r: string;
      hash: string;
    }[];
    assert.deepEqual([transaction?.from, transaction?.type, transaction?.r], [RICH, "0x2", "0x0"]);
    const [hashes] = await simulate([{ calls: [{ from: RICH, to: OTHER, value: "0x1" }] }]);
    assert.deepEqual(hashes?.transactions, [transaction?.hash]);
  });

  it("pays withdrawals and commits to them", async () => {
    const withdrawal = { index: "0x0", validatorIndex: "0x1", address: OTHER, amount: "0x3" };
    const blocks = await simulate([
      { blockOverrides: { withdrawals: [withdrawal] } },
      {
        stateOverrides: { [CONTRACT]: { code: CODE.wordOf("31") } },
        calls: [{ to: CONTRACT, input: word(OTHER) }],
      },
    ]);
    assert.equal(blocks[1]?.calls[0]?.returnData, word(3_000_000_000n));
    assert.deepEqual(blocks[0]?.withdrawals, [withdrawal]);
    assert.notEqual(blocks[0]?.withdrawalsRoot, blocks[1]?.withdrawalsRoot);
  });

  it("lets an account delegate in a call (EIP-7702)", async () => {
    const signer = new Wallet(FUNDED_KEYS[1] ?? "");
    const authorization = await signer.authorize({ address: CONTRACT, nonce: 0n, chainId: CHAIN_ID });
    const { r, s, yParity } = authorization.signature;
    const [call] = await callsOf({
      stateOverrides: { [CONTRACT]: { code: CODE.word("30") } },
      calls: [
        {
          from: RICH,
          to: signer.address,
          authorizationList: [
            {
              chainId: quantity(CHAIN_ID),
              address: CONTRACT,
              nonce: "0x0",
              yParity: `0x${yParity}`,
              r: quantity(BigInt(r)),
              s: quantity(BigInt(s)),
            },
          ],
        },
      ],
    });
    assert.equal(call?.returnData, word(signer.address));
  });

  describe("refuses", () => {
    const call = (fields: object) => [{ calls: [{ from: RICH, to: OTHER, ...fields }] }];
    const fees = { maxFeePerGas: "0x77359400", gas: "0x5208" };
    const checked = { validation: true };
    const cases: readonly (readonly [string, number, readonly unknown[], object?])[] = [
      ["a nonce below the account's", -38_010, call({ ...fees, nonce: "0x0" }), checked],
      ["a nonce above the account's", -38_011, call({ ...fees, nonce: "0x99" }), checked],
      ["a fee cap below the base fee", -38_012, call({ maxFeePerGas: "0x1" }), checked],
      [
        "a tip above the fee cap",
        RPC_CODE.invalidParams,
        call({ ...fees, maxPriorityFeePerGas: "0x77359401" }),
        checked,
      ],
      ["less than the intrinsic gas", -38_013, call({ gas: "0x5207" })],
      ["more value than the sender has", -38_014, [{ calls: [{ from: NOBODY, to: OTHER, value: "0x1" }] }]],
      [
        "more gas than the block has left",
        -38_015,
        [{ blockOverrides: { gasLimit: "0x5208" }, calls: [{ to: OTHER }, { to: OTHER, gas: "0x5208" }] }],
      ],
      ["a block number that does not rise", -38_020, [{ blockOverrides: { number: "0x0" } }]],
      ["a time that does not rise", -38_021, [{ blockOverrides: { time: "0x1" } }]],
      [
        "a precompile moved to itself",
        -38_022,
        [{ stateOverrides: { [IDENTITY]: { movePrecompileToAddress: IDENTITY } } }],
      ],
      [
        "moving what is no precompile",
        -32_000,
        [{ stateOverrides: { [CONTRACT]: { movePrecompileToAddress: OTHER } } }],
      ],
      [
        "moving onto an overridden account",
        -32_000,
        [{ stateOverrides: { [IDENTITY]: { movePrecompileToAddress: OTHER }, [OTHER]: { nonce: "0x1" } } }],
      ],
      [
        "a creation by an account whose nonces are used up",
        RPC_CODE.internal,
        [
          {
            stateOverrides: { [NOBODY]: { nonce: "0xffffffffffffffff" } },
            calls: [{ from: NOBODY, data: "0x00" }],
          },
        ],
      ],
      ["too long init code", -38_025, [{ calls: [{ data: `0x${"00".repeat(49_153)}` }] }]],
      ["more than 256 blocks", -38_026, [{ blockOverrides: { number: "0x7fffffff" } }]],
      ["more than 5,000 calls in a block", -38_026, [{ calls: Array.from({ length: 5_001 }, () => ({})) }]],
      ["no blocks", RPC_CODE.invalidParams, []],
      ["a call that is no object", RPC_CODE.invalidParams, [{ calls: [7] }]],
      [
        "a state with both forms of storage",
        RPC_CODE.server,
        [{ stateOverrides: { [OTHER]: { state: {}, stateDiff: {} } } }],
      ],
      ["contradicting fees", RPC_CODE.server, call({ gasPrice: "0x1", maxFeePerGas: "0x1" })],
    ];
    for (const [what, code, blocks, options] of cases) {
      it(`${what} (${code})`, async () => assert.equal((await failure(blocks, options))[0], code));
    }

    it("a block beyond the head", async () => {
      assert.deepEqual(await failure([{}], {}, "0x7fffffff"), [RPC_CODE.server, "header not found"]);
    });
  });

  it("gives all calls together no more gas than one eth_call has", async () => {
    const small = await LiveChain.start({ limits: { callGasMax: 100_000n } });
    const client = new RpcClient(small.url);
    const stateOverrides = { [CONTRACT]: { code: CODE.loop } };
    const [block] = await client.result<Block[]>("eth_simulateV1", {
      blockStateCalls: [{ stateOverrides, calls: [{ to: NOBODY }, { to: CONTRACT }] }],
    });
    assert.equal(block?.calls[1]?.gasUsed, quantity(100_000 - 21_000));
    assert.match(block?.calls[1]?.error?.message ?? "", /^out of gas \(gas limit was capped/);
    assert.equal(
      (
        await client.error("eth_simulateV1", {
          blockStateCalls: [{ stateOverrides, calls: [{ to: CONTRACT }, {}] }],
        })
      )[0],
      -38_013,
    );
    await small.stop();
  });

  it("ends in time", async () => {
    const slow = await LiveChain.start({ limits: { callMsMax: 50, callGasMax: 1_000_000_000_000n } });
    const client = new RpcClient(slow.url);
    const [code, message] = await client.error("eth_simulateV1", {
      blockStateCalls: [
        {
          blockOverrides: { gasLimit: "0xffffffffff" },
          stateOverrides: { [CONTRACT]: { code: CODE.loop } },
          calls: [{ to: CONTRACT }],
        },
      ],
    });
    assert.equal(code, RPC_CODE.server);
    assert.match(message, /^execution aborted \(timeout = 0.05s\)/);
    await slow.stop();
  });
});

/** The call a signed transaction makes. */
function callOf(tx: Transaction) {
  const hex = (value: bigint | number | null) => quantity(value ?? 0);
  return {
    from: tx.from,
    to: tx.to,
    gas: hex(tx.gasLimit),
    maxFeePerGas: hex(tx.maxFeePerGas),
    maxPriorityFeePerGas: hex(tx.maxPriorityFeePerGas),
    value: hex(tx.value),
    nonce: hex(tx.nonce),
    input: tx.data,
  };
}

/** keccak256(rlp(header)) of a block as the RPC shows it. */
function headerHash(block: Block): string {
  const bytes = (name: string) => String(block[name]);
  const integer = (name: string) => toBeArray(bytes(name));
  return keccak256(
    encodeRlp([
      ...[
        "parentHash",
        "sha3Uncles",
        "miner",
        "stateRoot",
        "transactionsRoot",
        "receiptsRoot",
        "logsBloom",
      ].map(bytes),
      ...["difficulty", "number", "gasLimit", "gasUsed", "timestamp"].map(integer),
      ...["extraData", "mixHash", "nonce"].map(bytes),
      integer("baseFeePerGas"),
      bytes("withdrawalsRoot"),
      ...["blobGasUsed", "excessBlobGas"].map(integer),
      ...["parentBeaconBlockRoot", "requestsHash"].map(bytes),
    ]),
  );
}
