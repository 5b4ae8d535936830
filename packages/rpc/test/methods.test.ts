import assert from "node:assert/strict";
import { type Address, type Hash, ZERO_HASH } from "@causeway/protocol/hex";
import { validatorSetHash } from "@causeway/protocol/validatorSet";
import { AbiCoder, id as keccakText } from "ethers";
import type { Json } from "../src/json.js";
import { RPC_CODE } from "../src/rpcError.js";
import { GWEI, type LogSeed, VALIDATORS } from "./support/fakeChain.js";
import { RpcFixture } from "./support/rpcFixture.js";
import { dynamicFeeTransfer, legacyTransfer, SENDER } from "./support/transfers.js";

type Fields = { readonly [name: string]: Json };

const TOKEN: Address = `0x${"aa".repeat(20)}`;
const TOPIC = keccakText("Transfer(address,address,uint256)") as Hash;
const LOG: LogSeed = { address: TOKEN, topics: [TOPIC, ZERO_HASH], data: "0x01" };

describe("methods", () => {
  let rpc: RpcFixture;
  beforeEach(async () => {
    rpc = await RpcFixture.start({ limits: { logBlocksMax: 3, logEntriesMax: 2, callMsMax: 50 } });
  });
  afterEach(() => rpc.server.close());

  const mineLog = async (nonce: number, ...logs: LogSeed[]) => {
    await rpc.result("eth_sendRawTransaction", await dynamicFeeTransfer(nonce));
    return rpc.chain.mine(logs);
  };

  describe("web3, net, rpc", () => {
    it("say who the node is", async () => {
      assert.equal(await rpc.result("web3_clientVersion"), "Causeway/v0.1.0/test");
      assert.equal(await rpc.result("net_version"), "73311");
      assert.equal(await rpc.result("net_listening"), true);
      assert.equal(await rpc.result("net_peerCount"), "0x1");
      assert.equal(await rpc.result("web3_sha3", "0x68656c6c6f"), keccakText("hello"));
      assert.equal((await rpc.result<Fields>("rpc_modules")).eth, "1.0");
    });
  });

  describe("parameters", () => {
    const cases: readonly [string, readonly unknown[], string | RegExp][] = [
      ["eth_getBalance", [], "missing value for required argument 0"],
      ["eth_getBalance", [null, "latest"], "missing value for required argument 0"],
      [
        "eth_getBalance",
        ["0x12", "latest"],
        'invalid argument 0: hex string has length 2, want 40 for address, got "0x12"',
      ],
      ["eth_getBalance", [5], "invalid argument 0: want a hex string, got 5"],
      ["eth_getBalance", [SENDER, "2"], 'invalid argument 1: hex string without 0x prefix, got "2"'],
      [
        "eth_getBalance",
        [SENDER, "0x01"],
        'invalid argument 1: hex number with leading zero digits, got "0x01"',
      ],
      [
        "eth_getBalance",
        [SENDER, "newest"],
        'invalid argument 1: hex string without 0x prefix, got "newest"',
      ],
      ["eth_getBalance", [SENDER, "0xffffffffffffffffff"], /^invalid argument 1: hex number > 64 bits/],
      [
        "eth_getBalance",
        [SENDER, { blockHash: ZERO_HASH, blockNumber: "0x1" }],
        /^invalid argument 1: cannot specify both BlockHash and BlockNumber, choose one or the other/,
      ],
      [
        "eth_getBalance",
        [SENDER, {}],
        /^invalid argument 1: must specify either BlockHash or BlockNumber, got/,
      ],
      [
        "eth_getBalance",
        [SENDER, []],
        "invalid argument 1: want a block number, tag, hash or object, got []",
      ],
      [
        "eth_getBalance",
        [SENDER, "0x8000000000000000"],
        /^invalid argument 1: block number larger than int64/,
      ],
      ["eth_chainId", [1], "too many arguments, want at most 0"],
      ["eth_feeHistory", ["-1", "latest"], 'invalid argument 0: hex string without 0x prefix, got "-1"'],
      ["eth_feeHistory", [1.5, "latest"], "invalid argument 0: want a number, got 1.5"],
      ["eth_feeHistory", [-1, "latest"], "invalid argument 0: want a number from 0 to 2^53 - 1, got -1"],
      ["debug_traceBlockByNumber", ["0x1", { timeout: "1us1" }], /want a duration like 10s/],
      [
        "eth_getStorageAt",
        [SENDER, "0xasdf", "latest"],
        'invalid argument 1: invalid hex in storage key, got "0xasdf"',
      ],
      [
        "eth_getStorageAt",
        [SENDER, `0x0${"00".repeat(32)}`],
        /^invalid argument 1: storage key too long \(want at most 32 bytes\)/,
      ],
      [
        "eth_call",
        [{ to: SENDER, value: "12" }],
        'invalid argument 0: value: hex string without 0x prefix, got "12"',
      ],
      ["eth_getLogs", [{ topics: [[], [], [], [], []] }], /^invalid argument 0: topics: exceed max topics/],
      [
        "eth_getLogs",
        [{ address: ["0x1"] }],
        /^invalid argument 0: address.0: hex string of odd length, got "0x1"/,
      ],
      ["eth_sendRawTransaction", ["0x123"], 'invalid argument 0: hex string of odd length, got "0x123"'],
    ];
    for (const [method, params, expected] of cases) {
      it(`${method} refuses ${JSON.stringify(params)}`, async () => {
        const [code, message] = await rpc.error(method, ...params);
        assert.equal(code, RPC_CODE.invalidParams);
        if (typeof expected === "string") assert.equal(message, expected);
        else assert.match(message, expected);
      });
    }

    it("take empty strings where geth does, for nothing and for 0", async () => {
      assert.equal(await rpc.result("eth_call", { to: SENDER, data: "", value: "", gas: "" }), "0x");
      assert.equal(await rpc.result("web3_sha3", ""), keccakText(""));
      assert.equal((await rpc.error("eth_getBalance", SENDER, ""))[0], RPC_CODE.invalidParams);
      assert.equal((await rpc.error("eth_getBalance", "", "latest"))[0], RPC_CODE.invalidParams);
    });

    it("name blocks by objects whose other member is null, and by any height of 63 bits", async () => {
      const { hash } = rpc.chain.mine().header;
      for (const ref of [
        { blockHash: hash, blockNumber: null },
        { blockHash: null, blockNumber: "0x1" },
      ]) {
        assert.equal(await rpc.result("eth_getBalance", SENDER, ref), "0x0");
      }
      assert.deepEqual(await rpc.error("eth_getBalance", SENDER, "0x7fffffffffffffff"), [
        RPC_CODE.server,
        "header not found",
      ]);
      assert.equal(await rpc.result("eth_getBlockByNumber", "0x7fffffffffffffff", false), null);
      assert.match(await rpc.result<string>("eth_newFilter", { toBlock: "0x7fffffffffffffff" }), /^0x/);
    });

    it("by name are refused: the API is positional", async () => {
      const { error } = await rpc.answerTo('{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":{}}');
      assert.deepEqual([error?.code, error?.message], [RPC_CODE.invalidParams, "non-array args"]);
    });
  });

  describe("blocks", () => {
    it("latest, safe and finalized are the head, earliest is genesis (F1)", async () => {
      rpc.chain.mine();
      for (const tag of ["latest", "safe", "finalized"]) {
        assert.equal((await rpc.result<Fields>("eth_getBlockByNumber", tag, false)).number, "0x1", tag);
      }
      assert.equal((await rpc.result<Fields>("eth_getBlockByNumber", "earliest", false)).number, "0x0");
      assert.equal(await rpc.result("eth_getBlockByNumber", "0x2", false), null);
      assert.equal(await rpc.result("eth_getBlockByHash", ZERO_HASH, true), null);
    });

    it("carry hashes or whole transactions, and no ommers", async () => {
      const hash = await rpc.result("eth_sendRawTransaction", await dynamicFeeTransfer(0));
      const { header } = rpc.chain.mine();
      const brief = await rpc.result<Fields>("eth_getBlockByHash", header.hash, false);
      assert.deepEqual([brief.transactions, brief.uncles, brief.withdrawals], [[hash], [], []]);
      const full = await rpc.result<{ transactions: Fields[] }>("eth_getBlockByNumber", "0x1", true);
      assert.equal(full.transactions[0]?.hash, hash);
      assert.equal(await rpc.result("eth_getBlockTransactionCountByNumber", "latest"), "0x1");
      assert.equal(await rpc.result("eth_getUncleCountByBlockHash", header.hash), "0x0");
      assert.equal(await rpc.result("eth_getUncleByBlockNumberAndIndex", "0x1", "0x0"), null);
      assert.deepEqual(
        await rpc.result("eth_getTransactionByBlockNumberAndIndex", "0x1", "0x0"),
        await rpc.result("eth_getTransactionByHash", hash),
      );
      assert.equal(await rpc.result("eth_getTransactionByBlockHashAndIndex", header.hash, "0x1"), null);
      assert.equal((await rpc.result<Fields>("eth_getHeaderByNumber", "0x1")).hash, header.hash);
    });

    it("pending shows the pool over the head", async () => {
      const hash = await rpc.result("eth_sendRawTransaction", await dynamicFeeTransfer(0));
      const pending = await rpc.result<Fields>("eth_getBlockByNumber", "pending", false);
      assert.deepEqual(
        [pending.number, pending.hash, pending.transactions, pending.parentHash],
        ["0x1", null, [hash], rpc.chain.blocks[0]?.header.hash],
      );
    });

    it("pending stands for no block that was executed, as in a geth that builds none", async () => {
      const cases: readonly (readonly [string, ...unknown[]])[] = [
        ["debug_traceBlockByNumber", {}],
        ["debug_getRawBlock"],
        ["debug_getRawHeader"],
        ["debug_getRawReceipts"],
        ["trace_block"],
        ["trace_replayBlockTransactions", ["trace"]],
        ["ots_getBlockDetails"],
        ["ots_getBlockTransactions", 0, 10],
      ];
      for (const [method, ...further] of cases) {
        assert.deepEqual(
          await rpc.error(method, "pending", ...further),
          [RPC_CODE.server, "pending block is not available"],
          method,
        );
      }
    });

    it("pending and one sender's nonce do not ask for the whole pool", async () => {
      const hash = await rpc.result("eth_sendRawTransaction", await dynamicFeeTransfer(0));
      const { content } = rpc.chain.pool;
      const asked: unknown[] = [];
      Object.assign(rpc.chain.pool, {
        content: (sender?: Address) => {
          asked.push(sender);
          return content(sender);
        },
      });
      const pending = await rpc.result<Fields>("eth_getBlockByNumber", "pending", false);
      const own = await rpc.result<Fields>("eth_getTransactionBySenderAndNonce", SENDER, "0x0");
      assert.deepEqual([pending.transactions, own.hash], [[hash], hash]);
      assert.deepEqual(asked, [SENDER]);
    });

    it("pending is the same block in every method that shows blocks", async () => {
      const raw = await dynamicFeeTransfer(0);
      const hash = await rpc.result("eth_sendRawTransaction", raw);
      const { transactions, size, uncles, withdrawals, timestamp, ...header } = await rpc.result<
        Fields & { transactions: Fields[] }
      >("eth_getBlockByNumber", "pending", true);
      const { timestamp: _second, ...same } = await rpc.result<Fields>("eth_getHeaderByNumber", "pending");
      assert.deepEqual(same, header);
      assert.deepEqual([header.number, header.hash, header.miner, header.nonce], ["0x1", null, null, null]);
      assert.equal(await rpc.result("eth_getBlockTransactionCountByNumber", "pending"), "0x1");
      const [transaction] = transactions;
      assert.deepEqual([transaction?.hash, transaction?.blockNumber], [hash, null]);
      const byIndex = (method: string, index: string) => rpc.result(method, "pending", index);
      assert.deepEqual(await byIndex("eth_getTransactionByBlockNumberAndIndex", "0x0"), transaction);
      assert.equal(await byIndex("eth_getTransactionByBlockNumberAndIndex", "0x1"), null);
      assert.equal(await byIndex("eth_getRawTransactionByBlockNumberAndIndex", "0x0"), raw);
      const { timestamp: _moment, ...erigon } = await rpc.result<Fields>(
        "erigon_getHeaderByNumber",
        "pending",
      );
      assert.deepEqual(erigon, header);
      assert.equal(await rpc.result("eth_getUncleCountByBlockNumber", "pending"), "0x0");
      assert.equal(await byIndex("eth_getUncleByBlockNumberAndIndex", "0x0"), null);
      assert.deepEqual(await rpc.error("eth_getBlockReceipts", "pending"), [
        RPC_CODE.server,
        "pending receipts is not available",
      ]);
    });
  });

  describe("state", () => {
    it("is read by tag, number and EIP-1898 hash, and not beyond the head", async () => {
      const { hash } = rpc.chain.mine().header;
      for (const ref of [
        "latest",
        "pending",
        "0x1",
        hash,
        { blockHash: hash, requireCanonical: true },
        { blockNumber: "0x0" },
        null,
      ]) {
        assert.equal(await rpc.result("eth_getBalance", SENDER, ref), "0x0");
      }
      assert.deepEqual(await rpc.error("eth_getBalance", SENDER, "0x2"), [
        RPC_CODE.server,
        "header not found",
      ]);
      assert.deepEqual(await rpc.error("eth_getCode", SENDER, ZERO_HASH), [
        RPC_CODE.server,
        "header for hash not found",
      ]);
    });

    it("counts pooled transactions for the pending nonce only", async () => {
      await rpc.result("eth_sendRawTransaction", await dynamicFeeTransfer(0));
      assert.equal(await rpc.result("eth_getTransactionCount", SENDER, "pending"), "0x1");
      assert.equal(await rpc.result("eth_getTransactionCount", SENDER, "latest"), "0x0");
    });

    it("proves slots under the key form of the caller", async () => {
      const proof = await rpc.result<{ storageProof: Fields[] }>(
        "eth_getProof",
        SENDER,
        ["0x0", ZERO_HASH],
        "latest",
      );
      assert.deepEqual(
        proof.storageProof.map(({ key }) => key),
        ["0x0", ZERO_HASH],
      );
      const [code, message] = await rpc.error("eth_getProof", SENDER, Array(1_025).fill("0x0"), "latest");
      assert.equal(code, RPC_CODE.invalidParams);
      assert.match(message, /too many slots \(max 1024\)/);
    });
  });

  describe("transactions", () => {
    it("are found in the pool without a place, then in the chain with one", async () => {
      const raw = await dynamicFeeTransfer(0);
      const hash = await rpc.result("eth_sendRawTransaction", raw);
      const pooled = await rpc.result<Fields>("eth_getTransactionByHash", hash);
      assert.deepEqual([pooled.blockHash, pooled.blockNumber, pooled.transactionIndex], [null, null, null]);
      assert.equal(pooled.gasPrice, pooled.maxFeePerGas);
      rpc.chain.mine();
      const mined = await rpc.result<Fields>("eth_getTransactionByHash", hash);
      assert.deepEqual([mined.blockNumber, mined.transactionIndex, mined.type], ["0x1", "0x0", "0x2"]);
      assert.equal(mined.gasPrice, `0x${(2n * GWEI).toString(16)}`);
      assert.equal(mined.yParity, mined.v);
      assert.equal(mined.blockTimestamp, "0x6553f101");
      assert.equal(await rpc.result("eth_getRawTransactionByHash", hash), raw);
      assert.equal(await rpc.result("debug_getRawTransaction", ZERO_HASH), "0x");
      assert.equal(await rpc.result("eth_getTransactionByHash", ZERO_HASH), null);
    });

    it("of type 0 have a chain id in v and no yParity", async () => {
      const hash = await rpc.result("eth_sendRawTransaction", await legacyTransfer(0));
      rpc.chain.mine();
      const mined = await rpc.result<Fields>("eth_getTransactionByHash", hash);
      assert.equal(mined.type, "0x0");
      assert.equal("yParity" in mined, false);
      assert.ok(["0x23ce1", "0x23ce2"].includes(String(mined.v)), String(mined.v));
    });

    it("have receipts with logs, by hash and by block", async () => {
      const hash = await rpc.result("eth_sendRawTransaction", await dynamicFeeTransfer(0));
      assert.equal(await rpc.result("eth_getTransactionReceipt", hash), null);
      rpc.chain.mine([LOG]);
      const receipt = await rpc.result<Fields & { logs: Fields[] }>("eth_getTransactionReceipt", hash);
      assert.deepEqual(
        [receipt.status, receipt.type, receipt.contractAddress, receipt.effectiveGasPrice],
        ["0x1", "0x2", null, `0x${(2n * GWEI).toString(16)}`],
      );
      assert.deepEqual([receipt.logs[0]?.blockTimestamp, receipt.logs[0]?.removed], ["0x6553f101", false]);
      assert.deepEqual(await rpc.result("eth_getBlockReceipts", "latest"), [receipt]);
      assert.equal(await rpc.result("eth_getBlockReceipts", "0x9"), null);
    });

    it("refused by the pool keep its words under -32000", async () => {
      await rpc.result("eth_sendRawTransaction", await dynamicFeeTransfer(0));
      rpc.chain.mine();
      assert.deepEqual(await rpc.error("eth_sendRawTransaction", await dynamicFeeTransfer(0)), [
        RPC_CODE.server,
        "nonce too low: next nonce 1, tx nonce 0",
      ]);
    });

    it("are not signed here, for a node has no keys: in geth's words, what is wrong with them first", async () => {
      const cases: readonly (readonly [string, readonly unknown[], number, RegExp])[] = [
        ["eth_sendTransaction", [{ from: SENDER, to: SENDER }], RPC_CODE.server, /^unknown account$/],
        [
          "eth_sendTransaction",
          [{ from: "0x12" }],
          RPC_CODE.invalidParams,
          /^invalid argument 0: from: hex string/,
        ],
        ["eth_sign", [SENDER, "0xdeadbeef"], RPC_CODE.server, /^unknown account$/],
        ["eth_sign", [SENDER, "hello"], RPC_CODE.invalidParams, /^invalid argument 1: hex string without 0x/],
        ["eth_sign", [SENDER], RPC_CODE.invalidParams, /^missing value for required argument 1/],
      ];
      const complete = { from: SENDER, to: SENDER, gas: "0x5208", gasPrice: "0x1", nonce: "0x0" };
      const refusals: readonly (readonly [object, RegExp])[] = [
        [{}, /^unknown account$/],
        [{ gas: null }, /^gas not specified$/],
        [{ gasPrice: null, maxFeePerGas: "0x1" }, /^missing gasPrice or maxFeePerGas\/maxPriorityFeePerGas$/],
        [{ nonce: null }, /^nonce not specified$/],
        [{ chainId: "0x1" }, /^chainId does not match node's \(have=1, want=73311\)$/],
      ];
      const all = [
        ...cases,
        ...refusals.map(([change, message]) => {
          return ["eth_signTransaction", [{ ...complete, ...change }], RPC_CODE.server, message] as const;
        }),
      ];
      for (const [method, params, code, message] of all) {
        const error = await rpc.error(method, ...params);
        assert.equal(error[0], code, `${method}: ${error[1]}`);
        assert.match(error[1], message);
      }
    });

    it("are not taken by a stopped node (F2)", async () => {
      rpc.status.stopped = "conflicting certificates at height 7 (F2)";
      const [code, message] = await rpc.error("eth_sendRawTransaction", await dynamicFeeTransfer(0));
      assert.equal(code, RPC_CODE.server);
      assert.match(message, /takes no transactions: conflicting certificates at height 7 \(F2\)$/);
      assert.equal(await rpc.result("eth_blockNumber"), "0x0");
    });
  });

  describe("calls", () => {
    const revert = (returnData: `0x${string}`) => {
      rpc.chain.callResult = { status: "revert", returnData, gasUsed: 1n, error: "execution reverted" };
    };

    it("that revert answer code 3 with reason and data", async () => {
      const coder = AbiCoder.defaultAbiCoder();
      const error = `0x08c379a0${coder.encode(["string"], ["user error"]).slice(2)}` as const;
      revert(error);
      for (const method of ["eth_call", "eth_estimateGas"]) {
        const answer = await rpc.answer(method, { to: TOKEN });
        assert.deepEqual(answer.error, { code: 3, message: "execution reverted: user error", data: error });
      }
      revert(`0x4e487b71${coder.encode(["uint256"], [0x11]).slice(2)}`);
      assert.deepEqual(await rpc.error("eth_call", {}), [
        3,
        "execution reverted: arithmetic underflow or overflow",
      ]);
      revert("0x08c379a0ff");
      assert.deepEqual(await rpc.error("eth_call", {}), [3, "execution reverted"]);
    });

    it("that halt answer the reason", async () => {
      rpc.chain.callResult = {
        status: "halt",
        returnData: "0x",
        gasUsed: 1n,
        error: "invalid opcode: INVALID",
      };
      assert.deepEqual(await rpc.error("eth_call", {}), [RPC_CODE.server, "invalid opcode: INVALID"]);
      rpc.chain.callResult = { status: "halt", returnData: "0x", gasUsed: 1n, error: "out of gas" };
      assert.deepEqual(await rpc.error("eth_estimateGas", { gas: "0x9c40" }), [
        RPC_CODE.server,
        "gas required exceeds allowance (40000)",
      ]);
    });

    it("that do not end are cut off", async () => {
      rpc.chain.callResult = (signal) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
      assert.deepEqual(await rpc.error("eth_call", {}), [
        RPC_CODE.server,
        "execution aborted (timeout = 0.05s): the limit is 50 ms (--rpc-call-ms)",
      ]);
    });

    it("with contradicting fields are refused in geth's words", async () => {
      const refusal = async (request: object) => (await rpc.error("eth_call", request))[1];
      assert.equal(
        await refusal({ gasPrice: "0x1", maxFeePerGas: "0x1" }),
        "both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified",
      );
      assert.match(
        await refusal({ data: "0x01", input: "0x02" }),
        /^both "data" and "input" are set and not equal/,
      );
      assert.equal(await refusal({ chainId: "0x1" }), "chainId does not match node's (have=1, want=73311)");
    });

    it("take state and block overrides", async () => {
      const state = { [TOKEN]: { balance: "0x1", stateDiff: { [ZERO_HASH]: ZERO_HASH } } };
      assert.equal(await rpc.result("eth_call", {}, "latest", state, { time: "0x1" }), "0x");
      const both = { [TOKEN]: { state: {}, stateDiff: {} } };
      assert.match((await rpc.error("eth_call", {}, "latest", both))[1], /has both 'state' and 'stateDiff'/);
      assert.match(
        (await rpc.error("eth_call", {}, "latest", { nobody: {} }))[1],
        /key nobody is not an address or slot/,
      );
    });

    it("estimate within what the sender can pay", async () => {
      const funds = [RPC_CODE.server, "insufficient funds for transfer"];
      const call = { from: SENDER, value: "0x1", gasPrice: "0x1" };
      assert.deepEqual(await rpc.error("eth_estimateGas", call), funds);
      // Nothing is left to pay gas from.
      const all = { [SENDER]: { balance: "0x1" } };
      assert.deepEqual(await rpc.error("eth_estimateGas", call, "latest", all), funds);
    });

    it("estimate within the block's limit where no rule bounds transactions (EIP-7825)", async () => {
      rpc.chain.callResult = { status: "halt", returnData: "0x", gasUsed: 1n, error: "out of gas" };
      const allowance = async () => (await rpc.error("eth_estimateGas", { to: SENDER }))[1];
      assert.equal(await allowance(), "gas required exceeds allowance (16777216)");
      rpc.chain.reader.transactionGasMax = () => null;
      assert.equal(await allowance(), "gas required exceeds allowance (30000000)");
    });
  });

  describe("fees", () => {
    it("suggest a tip and the price it makes", async () => {
      assert.equal(await rpc.result("eth_maxPriorityFeePerGas"), "0xf4240");
      assert.equal(await rpc.result("eth_gasPrice"), `0x${(GWEI + 1_000_000n).toString(16)}`);
      await rpc.result("eth_sendRawTransaction", await dynamicFeeTransfer(0));
      rpc.chain.mine();
      assert.equal(await rpc.result("eth_maxPriorityFeePerGas"), `0x${GWEI.toString(16)}`);
      assert.equal(await rpc.result("eth_baseFee"), `0x${GWEI.toString(16)}`);
      assert.equal(await rpc.result("eth_blobBaseFee"), "0x1");
    });

    it("history takes hex and integer counts and fills every reward row", async () => {
      await rpc.result("eth_sendRawTransaction", await dynamicFeeTransfer(0));
      rpc.chain.mine();
      rpc.chain.mine();
      const gwei = `0x${GWEI.toString(16)}`;
      const history = await rpc.result<Fields>("eth_feeHistory", 2, "latest", [20.5, 60]);
      for (const count of ["0x2", "2"]) {
        assert.deepEqual(history, await rpc.result("eth_feeHistory", count, "latest", [20.5, 60]));
      }
      assert.deepEqual(history, {
        oldestBlock: "0x1",
        reward: [
          [gwei, gwei],
          ["0x0", "0x0"],
        ],
        baseFeePerGas: [gwei, gwei, gwei],
        gasUsedRatio: [0.0007, 0],
        baseFeePerBlobGas: ["0x1", "0x1", "0x1"],
        blobGasUsedRatio: [0, 0],
      });
      assert.equal((await rpc.result<Fields>("eth_feeHistory", 900, "0x1")).oldestBlock, "0x0");
    });

    it("history of no blocks is geth's, and asks nothing of what else is given", async () => {
      for (const more of [
        ["latest", []],
        ["0x99", [50, 20]],
      ]) {
        assert.deepEqual(await rpc.result("eth_feeHistory", 0, ...more), {
          oldestBlock: "0x0",
          gasUsedRatio: null,
        });
      }
    });

    it("history refuses percentiles out of order and blocks ahead in geth's words", async () => {
      assert.deepEqual(await rpc.error("eth_feeHistory", 1, "0x9", []), [
        RPC_CODE.server,
        "request beyond head block: requested 9, head 0",
      ]);
      assert.match(
        (await rpc.error("eth_feeHistory", 1, "latest", [50, 20]))[1],
        /#0:50\.000000 >= #1:20\.000000$/,
      );
      assert.match(
        (await rpc.error("eth_feeHistory", 1, "latest", [101]))[1],
        /^invalid reward percentile: 101\.0/,
      );
    });
  });

  describe("logs", () => {
    it("are selected by address, topic and block", async () => {
      const { hash } = (await mineLog(0, LOG)).header;
      await mineLog(1, { ...LOG, address: `0x${"bb".repeat(20)}` });
      const count = async (criteria: object) => (await rpc.result<Json[]>("eth_getLogs", criteria)).length;
      assert.equal(await count({ fromBlock: "earliest", toBlock: "latest" }), 2);
      assert.equal(await count({ fromBlock: "0x0", address: TOKEN.toUpperCase().replace("0X", "0x") }), 1);
      assert.equal(await count({ blockHash: hash, topics: [null, [ZERO_HASH, TOPIC]] }), 1);
      assert.equal(await count({ fromBlock: "0x0", topics: [ZERO_HASH] }), 0);
      assert.equal(await count({}), 1);
    });

    it("in impossible ranges are refused in geth's words", async () => {
      rpc.chain.mine();
      const cases: [object, number, RegExp][] = [
        [{ fromBlock: "0x1", toBlock: "0x0" }, RPC_CODE.invalidParams, /^invalid block range params$/],
        [
          { fromBlock: "0x0", toBlock: "0x9" },
          RPC_CODE.invalidParams,
          /^block range extends beyond current head block$/,
        ],
        [
          { blockHash: ZERO_HASH, fromBlock: "0x0" },
          RPC_CODE.invalidParams,
          /cannot specify both BlockHash and FromBlock\/ToBlock/,
        ],
        [{ fromBlock: "pending" }, RPC_CODE.invalidParams, /pending logs are not supported/],
        [{ blockHash: ZERO_HASH }, RPC_CODE.server, /^unknown block$/],
      ];
      for (const [criteria, expectedCode, expected] of cases) {
        const [code, message] = await rpc.error("eth_getLogs", criteria);
        assert.equal(code, expectedCode);
        assert.match(message, expected);
      }
    });

    it("beyond the limits name the limit", async () => {
      await mineLog(0, LOG, LOG, LOG);
      assert.deepEqual(await rpc.error("eth_getLogs", { fromBlock: "0x0" }), [
        RPC_CODE.limitExceeded,
        "query returns more by block 1, the limit is 2 logs (--rpc-log-entries): ask for a narrower range",
      ]);
      for (let i = 0; i < 3; i++) rpc.chain.mine();
      assert.deepEqual(await rpc.error("eth_getLogs", { fromBlock: "0x0" }), [
        RPC_CODE.limitExceeded,
        "query spans 5 blocks, the limit is 3 blocks (--rpc-log-blocks): ask for a narrower range",
      ]);
    });
  });

  describe("filters", () => {
    it("of blocks tell each new one once", async () => {
      const filter = await rpc.result("eth_newBlockFilter");
      const hashes = [rpc.chain.mine().header.hash, rpc.chain.mine().header.hash];
      assert.deepEqual(await rpc.result("eth_getFilterChanges", filter), hashes);
      assert.deepEqual(await rpc.result("eth_getFilterChanges", filter), []);
    });

    it("of logs tell new ones, and all of them when asked", async () => {
      await rpc.result("eth_sendRawTransaction", await dynamicFeeTransfer(0));
      rpc.chain.mine([LOG]);
      const filter = await rpc.result("eth_newFilter", { fromBlock: "0x0", address: TOKEN });
      assert.deepEqual(await rpc.result("eth_getFilterChanges", filter), []);
      await rpc.result("eth_sendRawTransaction", await dynamicFeeTransfer(1));
      rpc.chain.mine([LOG]);
      assert.equal((await rpc.result<Json[]>("eth_getFilterChanges", filter)).length, 1);
      assert.equal((await rpc.result<Json[]>("eth_getFilterLogs", filter)).length, 2);
    });

    it("of logs begin and end where they are told to, also beyond the head", async () => {
      const poll = async (id: Json) =>
        (await rpc.result<Fields[]>("eth_getFilterChanges", id)).map(({ blockNumber }) => blockNumber);
      const [later, until, never, always] = [
        await rpc.result("eth_newFilter", { fromBlock: "0x2", toBlock: "latest" }),
        await rpc.result("eth_newFilter", { fromBlock: "latest", toBlock: "0x1" }),
        await rpc.result("eth_newFilter", { toBlock: "earliest" }),
        await rpc.result("eth_newFilter", { fromBlock: "earliest", toBlock: "finalized" }),
      ];
      await mineLog(0, LOG);
      await mineLog(1, LOG);
      assert.deepEqual(await poll(later), ["0x2"]);
      assert.deepEqual(await poll(until), ["0x1"]);
      assert.deepEqual(await poll(never), []);
      assert.deepEqual(await poll(always), ["0x1", "0x2"]);
      for (const [fromBlock, toBlock] of [
        ["0x5", "0x4"],
        ["latest", "0x1"],
        ["0x1", "earliest"],
      ]) {
        assert.deepEqual(await rpc.error("eth_newFilter", { fromBlock, toBlock }), [
          RPC_CODE.invalidParams,
          "invalid block range params",
        ]);
      }
    });

    it("of logs tell at a time what one answer holds, and the rest later", async () => {
      const filter = await rpc.result("eth_newFilter", {});
      await mineLog(0, LOG, LOG, LOG, LOG, LOG);
      for (let nonce = 1; nonce < 5; nonce++) await mineLog(nonce, LOG);
      const told: (readonly Json[])[] = [];
      for (let poll = 0; poll < 6; poll++) {
        const answer = await rpc.result<Fields[]>("eth_getFilterChanges", filter);
        told.push(answer.map(({ blockNumber }) => blockNumber ?? null));
      }
      assert.deepEqual(told, [["0x1", "0x1"], ["0x1", "0x1"], ["0x1", "0x2"], ["0x3", "0x4"], ["0x5"], []]);
    });

    it("of logs tell what holds as many bytes as an answer may", async () => {
      const small = await RpcFixture.start({ limits: { responseBytesMax: 1_200 } });
      const filter = await small.result("eth_newFilter", {});
      for (let nonce = 0; nonce < 3; nonce++) {
        await small.result("eth_sendRawTransaction", await dynamicFeeTransfer(nonce));
        small.chain.mine([LOG]);
      }
      const poll = async () =>
        (await small.result<Fields[]>("eth_getFilterChanges", filter)).map(({ blockNumber }) => blockNumber);
      assert.deepEqual([await poll(), await poll()], [["0x1", "0x2"], ["0x3"]]);
      await small.result("eth_sendRawTransaction", await dynamicFeeTransfer(3));
      small.chain.mine([{ ...LOG, data: `0x${"ab".repeat(600)}` }, LOG]);
      assert.equal((await small.error("eth_getFilterChanges", filter))[0], RPC_CODE.responseTooLarge);
      assert.deepEqual(await poll(), ["0x4"], "goes on after a log that no answer holds");
      await small.server.close();
    });

    it("of the pool tell whole transactions to whoever wants them, in the chain or not", async () => {
      const [whole, brief] = [
        await rpc.result("eth_newPendingTransactionFilter", true),
        await rpc.result("eth_newPendingTransactionFilter", false),
      ];
      const mined = await rpc.result("eth_sendRawTransaction", await dynamicFeeTransfer(0));
      rpc.chain.mine();
      const waiting = await rpc.result("eth_sendRawTransaction", await dynamicFeeTransfer(1));
      const dropped = await rpc.result("eth_sendRawTransaction", await dynamicFeeTransfer(2));
      rpc.chain.pooled.pop();
      const told = await rpc.result<Fields[]>("eth_getFilterChanges", whole);
      assert.deepEqual(
        told.map(({ hash, blockNumber }) => [hash, blockNumber]),
        [
          [mined, null],
          [waiting, null],
        ],
      );
      assert.deepEqual(await rpc.result("eth_getFilterChanges", whole), []);
      assert.deepEqual(await rpc.result("eth_getFilterChanges", brief), [mined, waiting, dropped]);
    });

    it("of the pool tell at a time what one answer holds, and the rest later", async () => {
      const small = await RpcFixture.start({ limits: { responseBytesMax: 2_000 } });
      const filter = await small.result("eth_newPendingTransactionFilter", true);
      const sent: Json[] = [];
      for (let nonce = 0; nonce < 4; nonce++) {
        sent.push(await small.result("eth_sendRawTransaction", await dynamicFeeTransfer(nonce)));
      }
      const told: (readonly Json[])[] = [];
      while (told.flat().length < sent.length && told.length < sent.length) {
        const answer = await small.result<{ hash: string }[]>("eth_getFilterChanges", filter);
        told.push(answer.map(({ hash }) => hash));
      }
      assert.deepEqual(told.flat(), sent);
      assert.ok(told.length > 1, "it was more than one answer holds");
      await small.server.close();
    });

    it("of the pool tell its hashes; uninstalled ones are gone", async () => {
      const filter = await rpc.result("eth_newPendingTransactionFilter");
      const hash = await rpc.result("eth_sendRawTransaction", await dynamicFeeTransfer(0));
      assert.deepEqual(await rpc.result("eth_getFilterChanges", filter), [hash]);
      assert.equal(await rpc.result("eth_uninstallFilter", filter), true);
      const [code, message] = await rpc.error("eth_getFilterChanges", filter);
      assert.equal(code, RPC_CODE.server);
      assert.match(message, /^filter not found: /);
      assert.equal(await rpc.result("eth_uninstallFilter", filter), false);
    });
  });

  describe("txpool", () => {
    it("shows transactions by checksummed sender and decimal nonce", async () => {
      const hash = await rpc.result("eth_sendRawTransaction", await dynamicFeeTransfer(0));
      assert.deepEqual(await rpc.result("txpool_status"), { pending: "0x1", queued: "0x0" });
      const content = await rpc.result<{ pending: Record<string, Record<string, Fields>> }>("txpool_content");
      const [sender] = Object.keys(content.pending);
      assert.notEqual(sender, SENDER);
      assert.equal(content.pending[sender ?? ""]?.["0"]?.hash, hash);
      const from = await rpc.result<{ pending: Record<string, Fields> }>("txpool_contentFrom", SENDER);
      assert.equal(from.pending["0"]?.hash, hash);
    });
  });

  describe("the answer's size", () => {
    it("bounds logs and pool content before they are put together", async () => {
      const small = await RpcFixture.start({ limits: { responseBytesMax: 400 } });
      await small.chain.pool.add(Buffer.from((await dynamicFeeTransfer(0)).slice(2), "hex"));
      await small.chain.pool.add(Buffer.from((await dynamicFeeTransfer(1)).slice(2), "hex"));
      assert.equal((await small.error("txpool_content"))[0], RPC_CODE.responseTooLarge);
      small.chain.mine([{ ...LOG, data: `0x${"ab".repeat(300)}` }]);
      const [code, message] = await small.error("eth_getLogs", {});
      assert.deepEqual(
        [code, message],
        [
          RPC_CODE.limitExceeded,
          "query returns too much data by block 1, the limit is 400 bytes (--rpc-response-bytes): narrow by address or topics, or read receipts by transaction",
        ],
      );
      await small.server.close();
    });
  });

  describe("causeway", () => {
    it("says so where a restored node has no certificate of a block (N4)", async () => {
      rpc.chain.mine();
      const reader = rpc.chain.reader as { certificate(number: number): Promise<null> };
      reader.certificate = async () => null;
      const [code, message] = await rpc.error("causeway_getCertificate", "latest");
      assert.equal(code, RPC_CODE.server);
      assert.match(message, /^the certificate of block 1 is not kept here: .* restored from a snapshot/);
      assert.equal(await rpc.result("causeway_getCertificate", "0x0"), null);
    });

    it("serves certificate and validators in the shapes of X3", async () => {
      const { header } = rpc.chain.mine();
      const certificate = await rpc.result<Fields & { checkpoint: Fields }>(
        "causeway_getCertificate",
        "latest",
      );
      assert.deepEqual(Object.keys(certificate), ["checkpoint", "signers", "seals", "validators"]);
      assert.deepEqual(
        [certificate.checkpoint.height, certificate.checkpoint.blockHash],
        ["0x1", header.hash],
      );
      assert.deepEqual([certificate.signers, certificate.validators], ["0x7", VALIDATORS]);
      assert.deepEqual(await rpc.result("causeway_getCertificate", header.hash), certificate);
      assert.equal(await rpc.result("causeway_getCertificate", "0x0"), null);
      assert.equal(await rpc.result("causeway_getCertificate", "0x2"), null);
      const set = { height: "0x1", validators: VALIDATORS, hash: validatorSetHash(VALIDATORS) };
      assert.deepEqual(await rpc.result("causeway_getValidators", "latest"), set);
      assert.deepEqual(await rpc.result("causeway_getValidators", "pending"), { ...set, height: "0x2" });
      assert.equal(await rpc.result("causeway_getValidators", "0x3"), null);
    });

    it("reports status, evidence and what trust the chain asks (B16)", async () => {
      const status = await rpc.result<Fields>("causeway_status");
      assert.deepEqual(
        [status.syncing, status.halted, status.refused],
        [false, null, { "H1.withdrawals": 2 }],
      );
      assert.deepEqual(await rpc.result("causeway_getEvidence"), { from: 0, count: 64 });
      assert.deepEqual(await rpc.result("causeway_getEvidence", "0x40", "0x100"), { from: 64, count: 256 });
      for (const count of ["0x0", "0x101"]) {
        assert.deepEqual((await rpc.error("causeway_getEvidence", "0x0", count))[0], -32602);
      }
      assert.deepEqual(await rpc.result("causeway_getRounds"), { height: 4, round: 0 });
      assert.match(
        JSON.stringify(await rpc.result("causeway_securityStatement")),
        /quorum of validators .* can steal/,
      );
    });

    it("tells sync progress by F4", async () => {
      assert.equal(await rpc.result("eth_syncing"), false);
      rpc.status.progress = { startingBlock: 0, currentBlock: 16, highestBlock: 255 };
      assert.deepEqual(await rpc.result("eth_syncing"), {
        startingBlock: "0x0",
        currentBlock: "0x10",
        highestBlock: "0xff",
      });
    });
  });
});
