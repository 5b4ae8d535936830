import assert from "node:assert/strict";
import { Interface, Transaction, toBeHex, Wallet } from "ethers";
import { RPC_CODE } from "../src/rpcError.js";
import { CHAIN_ID, FUNDED_KEYS, LiveChain, POOR_KEY, transfer } from "./support/liveChain.js";
import { RpcClient } from "./support/rpcClient.js";

const wallet = new Wallet(FUNDED_KEYS[0] ?? "");
const RICH = wallet.address.toLowerCase();
const TARGET = `0x${"c1".repeat(20)}`;
const OTHER = `0x${"c2".repeat(20)}`;
const word = (value: bigint | number | string) => toBeHex(value, 32);

/** Programs by what they do. */
const CODE = {
  /** Read slots 1 and 2, and OTHER's balance. */
  touch: `0x6001545060025450${"73"}${OTHER.slice(2)}3150${"00"}`,
  touchAndRevert: "0x600154505f5ffd",
  /** revert(calldata) */
  revertInput: "0x365f5f37365ffd",
  loop: "0x5b5f56",
  returnNumber: "0x435f5260205ff3",
  returnBlobHash: "0x5f495f5260205ff3",
  returnSlotOne: "0x6001545f5260205ff3",
} as const;

interface Receipt {
  readonly transactionHash: string;
  readonly status: string;
  readonly blockNumber: string;
}

interface FilledTransaction {
  readonly raw: string;
  readonly tx: Readonly<Record<string, string>>;
}

/** Far above what the calls here take on a busy machine. */
const CALL_MS_MAX = 60_000;

describe("modern methods over the real chain", () => {
  let live: LiveChain;
  let rpc: RpcClient;
  beforeEach(async () => {
    live = await LiveChain.start({ limits: { callMsMax: CALL_MS_MAX } });
    rpc = new RpcClient(live.url);
  });
  afterEach(() => live.stop());

  describe("eth_createAccessList", () => {
    const create = (code: string, fields: object = {}) =>
      rpc.result<{
        readonly accessList: readonly { readonly address: string; readonly storageKeys: readonly string[] }[];
        readonly gasUsed: string;
        readonly error?: string;
      }>("eth_createAccessList", { from: RICH, to: TARGET, ...fields }, "latest", { [TARGET]: { code } });

    it("lists slots and accounts, but of sender and recipient only what they hold", async () => {
      const { accessList, error } = await create(CODE.touch);
      assert.equal(error, undefined);
      assert.deepEqual(accessList, [
        { address: TARGET, storageKeys: [word(1), word(2)] },
        { address: OTHER, storageKeys: [] },
      ]);
    });

    it("tells the gas with the list, which eth_estimateGas confirms", async () => {
      const { accessList, gasUsed } = await create(CODE.touch);
      const overrides = { [TARGET]: { code: CODE.touch } };
      const estimate = await rpc.result<string>(
        "eth_estimateGas",
        { from: RICH, to: TARGET, accessList },
        "latest",
        overrides,
      );
      assert.ok(BigInt(estimate) >= BigInt(gasUsed));
      assert.ok(BigInt(estimate) * 1_000n <= BigInt(gasUsed) * 1_015n);
    });

    it("keeps what the caller lists and lists what a failing call touched", async () => {
      const given = [{ address: OTHER, storageKeys: [word(7)] }];
      const { accessList, error } = await create(CODE.touchAndRevert, { accessList: given });
      assert.equal(error, "execution reverted");
      assert.deepEqual(accessList, [...given, { address: TARGET, storageKeys: [word(1)] }]);
    });

    it("says that a call reverts, and as geth not why", async () => {
      const data = new Interface(["error Error(string)"]).encodeErrorResult("Error", ["no more"]);
      assert.equal((await create(CODE.revertInput, { data })).error, "execution reverted");
      const invalid = await create("0xfe", { gas: "0x10000" });
      assert.equal(invalid.error, "invalid opcode: INVALID");
    });

    it("leaves out the contract that a creation makes, but not what its code touches", async () => {
      const made = await rpc.result("eth_createAccessList", {
        from: RICH,
        data: `0x73${OTHER.slice(2)}3150`,
      });
      assert.deepEqual((made as { accessList: unknown }).accessList, [{ address: OTHER, storageKeys: [] }]);
    });

    it("is empty for a transfer", async () => {
      assert.deepEqual(await rpc.result("eth_createAccessList", { from: RICH, to: OTHER, value: "0xa" }), {
        accessList: [],
        gasUsed: "0x5208",
      });
    });

    it("refuses what cannot run", async () => {
      const [code, message] = await rpc.error("eth_createAccessList", {
        from: OTHER,
        to: TARGET,
        value: "0x1",
      });
      assert.equal(code, RPC_CODE.server);
      assert.match(message, /^failed to apply transaction: insufficient funds for gas \* price \+ value/);
      assert.equal((await rpc.error("eth_createAccessList", { to: "0x1" }))[0], RPC_CODE.invalidParams);
    });

    it("ends in time", async () => {
      const hasty = await LiveChain.start({ limits: { callMsMax: 50 } });
      const [, late] = await new RpcClient(hasty.url).error(
        "eth_createAccessList",
        { to: TARGET, gas: "0x2faf080" },
        "latest",
        { [TARGET]: { code: CODE.loop } },
      );
      assert.match(late, /^execution aborted \(timeout = 0.05s\)/);
      await hasty.stop();
    });
  });

  describe("eth_sendRawTransactionSync (EIP-7966)", () => {
    it("answers with the receipt of the block that holds the transaction", async () => {
      const raw = await transfer(0);
      const receipt = await rpc.result<Receipt>("eth_sendRawTransactionSync", raw);
      assert.equal(receipt.status, "0x1");
      assert.equal(receipt.transactionHash, Transaction.from(raw).hash);
      assert.deepEqual(await rpc.result("eth_getTransactionReceipt", receipt.transactionHash), receipt);
    });

    it("answers code 4 with the hash when no block comes in time, and the transaction stays", async () => {
      live.autoMine = false;
      const raw = await transfer(0);
      const { error } = await rpc.answer("eth_sendRawTransactionSync", raw, 50);
      assert.equal(error?.code, 4);
      assert.equal(error?.data, Transaction.from(raw).hash);
      assert.match(error?.message ?? "", /wasn't processed in 0.05s/);
      assert.notEqual(await rpc.result("eth_getTransactionByHash", Transaction.from(raw).hash), null);
    });

    it("hears of a block that comes while it waits", async () => {
      live.autoMine = false;
      const receipt = rpc.result<Receipt>("eth_sendRawTransactionSync", await transfer(0), "0x4e20");
      while ((await rpc.result<{ pending: string }>("txpool_status")).pending === "0x0") {}
      await live.mine();
      assert.equal((await receipt).blockNumber, "0x1");
    });

    it("refuses as eth_sendRawTransaction does, and a time that is none", async () => {
      const nobody = new Wallet(POOR_KEY);
      const raw = await nobody.signTransaction({
        ...{ type: 2, chainId: CHAIN_ID, nonce: 0, to: OTHER, value: 1n, gasLimit: 21_000n },
        ...{ maxFeePerGas: 5_000_000_000n, maxPriorityFeePerGas: 1n },
      });
      const refusal = await rpc.error("eth_sendRawTransactionSync", raw);
      assert.deepEqual(refusal, await rpc.error("eth_sendRawTransaction", raw));
      for (const ms of [0, -1, 1.5, "soon", "0x0", {}]) {
        const [code] = await rpc.error("eth_sendRawTransactionSync", await transfer(0), ms);
        assert.equal(code, RPC_CODE.invalidParams, `${ms}`);
      }
    });
  });

  it("estimates a plain transfer as one, also with an empty access list", async () => {
    for (const fields of [{}, { accessList: [] }, { input: "0x" }, { data: "" }]) {
      const estimate = await rpc.result("eth_estimateGas", { from: RICH, to: OTHER, ...fields });
      assert.equal(estimate, "0x5208", JSON.stringify(fields));
    }
  });

  it("refuses fees and gas that cannot do in the words that wallets look for", async () => {
    const fees = { from: RICH, to: OTHER, gas: "0x5208", maxFeePerGas: "0x3b9aca00" };
    const words = `max priority fee per gas higher than max fee per gas: address ${wallet.address}, maxPriorityFeePerGas: 1000000001, maxFeePerGas: 1000000000`;
    for (const [method, message] of [
      ["eth_call", `err: ${words} (supplied gas 21000)`],
      ["eth_estimateGas", `failed with 21000 gas: ${words}`],
    ] as const) {
      const refusal = await rpc.error(method, { ...fees, maxPriorityFeePerGas: "0x3b9aca01" });
      assert.deepEqual(refusal, [RPC_CODE.server, message]);
    }
    assert.deepEqual(await rpc.error("eth_estimateGas", { from: RICH, data: "0x00", gas: "0x5208" }), [
      RPC_CODE.server,
      "gas required exceeds allowance (21000)",
    ]);
  });

  describe("eth_fillTransaction", () => {
    it("fills nonce, fees and gas, so that what is signed is taken", async () => {
      const filled = await rpc.result<FilledTransaction>("eth_fillTransaction", {
        ...{ from: RICH, to: OTHER, value: "0x5" },
      });
      const { tx, raw } = filled;
      assert.deepEqual([tx.nonce, tx.gas, tx.type, tx.value], ["0x0", "0x5208", "0x2", "0x5"]);
      const unsigned = Transaction.from({
        ...{ type: 2, chainId: CHAIN_ID, nonce: 0, to: OTHER, value: 5n, gasLimit: tx.gas ?? 0 },
        ...{ maxFeePerGas: tx.maxFeePerGas ?? 0, maxPriorityFeePerGas: tx.maxPriorityFeePerGas ?? 0 },
      });
      // The signature's three fields are empty.
      assert.ok(raw.endsWith("808080"));
      assert.ok(raw.includes(unsigned.unsignedSerialized.slice(8)));
      unsigned.signature = wallet.signingKey.sign(unsigned.unsignedHash);
      const { status } = await rpc.result<Receipt>("eth_sendRawTransactionSync", unsigned.serialized);
      assert.equal(status, "0x1");
    });

    it("keeps what the caller names, and counts pooled transactions", async () => {
      live.autoMine = false;
      await rpc.result("eth_sendRawTransaction", await transfer(0));
      const { tx } = await rpc.result<FilledTransaction>("eth_fillTransaction", {
        ...{ from: RICH, to: OTHER, gas: "0x7530", gasPrice: "0x77359400", input: "0x01" },
      });
      assert.deepEqual(
        [tx.nonce, tx.gas, tx.type, tx.gasPrice, tx.input],
        ["0x1", "0x7530", "0x0", "0x77359400", "0x01"],
      );
    });

    it("refuses in geth's words what can be no transaction", async () => {
      const refusal = async (fields: object) => (await rpc.error("eth_fillTransaction", fields))[1];
      assert.equal(await refusal({ from: RICH }), "contract creation without any data provided");
      assert.equal(
        await refusal({ from: RICH, to: OTHER, maxFeePerGas: "0x0" }),
        "maxFeePerGas must be non-zero",
      );
      assert.equal(
        await refusal({ from: RICH, to: OTHER, gasPrice: "0x0" }),
        "gasPrice must be non-zero after london fork",
      );
      assert.equal(
        await refusal({ from: RICH, to: OTHER, gasPrice: "0x1", maxFeePerGas: "0x1" }),
        "both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified",
      );
      assert.match(
        await refusal({ from: RICH, to: OTHER, blobVersionedHashes: [`0x01${"00".repeat(31)}`] }),
        /^transaction type not supported/,
      );
      assert.match(await refusal({ from: OTHER, to: RICH, value: "0x1" }), /^insufficient funds/);
    });
  });

  describe("eth_getStorageValues", () => {
    const state = { [TARGET]: { code: CODE.returnSlotOne } };

    it("answers slots of several accounts in the order asked", async () => {
      const values = await rpc.result<Record<string, string[]>>("eth_getStorageValues", {
        [TARGET]: ["0x0", word(1)],
        [OTHER.toUpperCase().replace("0X", "0x")]: [word(2)],
      });
      assert.deepEqual(values, { [TARGET]: [word(0), word(0)], [OTHER]: [word(0)] });
      assert.equal(await rpc.result("eth_call", { to: TARGET }, "latest", state), word(0));
    });

    it("refuses an empty request, too many slots, and what is no address or slot", async () => {
      const slots = (count: number) => Array.from({ length: count }, (_, i) => word(i));
      assert.deepEqual(await rpc.error("eth_getStorageValues", {}), [
        RPC_CODE.invalidParams,
        "empty request",
      ]);
      assert.deepEqual(
        await rpc.error("eth_getStorageValues", { [TARGET]: slots(1_000), [OTHER]: slots(25) }),
        [RPC_CODE.clientLimitExceeded, "too many slots (max 1024)"],
      );
      for (const request of [{ "0x01": ["0x0"] }, { [TARGET]: ["0xzz"] }, { [TARGET]: "0x0" }, [], 7]) {
        const [code] = await rpc.error("eth_getStorageValues", request);
        assert.equal(code, RPC_CODE.invalidParams, JSON.stringify(request));
      }
    });
  });

  it("finds a transaction by sender and nonce, in the chain and in the pool", async () => {
    const hashes = [];
    for (const nonce of [0, 1, 2]) {
      const { transactionHash } = await rpc.result<Receipt>(
        "eth_sendRawTransactionSync",
        await transfer(nonce),
      );
      hashes.push(transactionHash);
    }
    live.autoMine = false;
    hashes.push(await rpc.result<string>("eth_sendRawTransaction", await transfer(3)));
    const find = (nonce: string, sender = RICH) =>
      rpc.result<{ hash: string; blockNumber: string | null } | null>(
        "eth_getTransactionBySenderAndNonce",
        sender,
        nonce,
      );
    for (const [nonce, hash] of hashes.entries()) assert.equal((await find(`0x${nonce}`))?.hash, hash);
    assert.equal((await find("0x3"))?.blockNumber, null);
    assert.equal(await find("0x4"), null);
    assert.equal(await find("0x0", OTHER), null);
    assert.equal(
      (await rpc.error("eth_getTransactionBySenderAndNonce", RICH, "one"))[0],
      RPC_CODE.invalidParams,
    );
    const pending = await rpc.result<{ hash: string }[]>("eth_pendingTransactions");
    assert.deepEqual(
      pending.map(({ hash }) => hash),
      [hashes[3]],
    );
  });

  it("tells its forks by EIP-7910: one from genesis, none to come (H2)", async () => {
    const { current, next, last } = await rpc.result<{
      current: {
        activationTime: number;
        forkId: string;
        chainId: string;
        precompiles: Record<string, string>;
      };
      next: null;
      last: null;
    }>("eth_config");
    assert.deepEqual([current.activationTime, next, last], [0, null, null]);
    assert.equal(BigInt(current.chainId), BigInt(CHAIN_ID));
    assert.equal(Object.keys(current.precompiles).length, 18);
    const { hash } = await rpc.result<{ hash: string }>("eth_getBlockByNumber", "0x0", false);
    assert.equal(current.forkId, toBeHex(crc32(hash), 4), "the checksum of genesis alone (EIP-2124)");
  });

  it("tells what history it has", async () => {
    const all = { disabled: false, oldestBlock: "0x0" };
    const head = await rpc.result<{ hash: string }>("eth_getBlockByNumber", "latest", false);
    assert.deepEqual(await rpc.result("eth_capabilities"), {
      head: { number: "0x0", hash: head.hash },
      ...{ state: all, tx: all, logs: all, receipts: all, blocks: all, stateproofs: all },
    });
  });

  it("calls with blobs, which cost nothing unless their fee is named (EIP-4844)", async () => {
    const blobs = { to: TARGET, blobVersionedHashes: [`0x01${"ab".repeat(31)}`] };
    const call = (fields: object) =>
      rpc.answer("eth_call", { ...blobs, ...fields }, "latest", { [TARGET]: { code: CODE.returnBlobHash } });
    assert.equal((await call({})).result, blobs.blobVersionedHashes[0]);
    assert.equal((await call({ from: RICH, maxFeePerBlobGas: "0x2" })).result, blobs.blobVersionedHashes[0]);
    assert.match((await call({ maxFeePerBlobGas: "0x2" })).error?.message ?? "", /^err: insufficient funds/);
    assert.match((await call({ to: null })).error?.message ?? "", /^err: blob transaction of type create/);
    const odd = { blobVersionedHashes: [`0x02${"ab".repeat(31)}`] };
    assert.match((await call(odd)).error?.message ?? "", /^err: blob 0 has invalid hash version/);
  });

  it("takes state and block overrides in calls, and those of simulated blocks not", async () => {
    const call = (blockOverrides: object) =>
      rpc.answer(
        "eth_call",
        { to: TARGET },
        "latest",
        { [TARGET]: { code: CODE.returnNumber } },
        blockOverrides,
      );
    assert.equal((await call({ number: "0x1234" })).result, word(0x1234));
    for (const foreign of [{ beaconRoot: word(1) }, { withdrawals: [] }]) {
      assert.equal((await call(foreign)).error?.code, RPC_CODE.invalidParams);
    }
    const moved = { [`0x${"04".padStart(40, "0")}`]: { movePrecompileToAddress: TARGET } };
    assert.equal(await rpc.result("eth_call", { to: TARGET, data: "0x1234" }, "latest", moved), "0x1234");
    const estimate = await rpc.result<string>(
      "eth_estimateGas",
      { to: TARGET, data: "0x1234" },
      "latest",
      moved,
    );
    assert.ok(BigInt(estimate) > 21_000n);
  });
});

/** By the definition of CRC-32 (ISO-HDLC), bit by bit. */
function crc32(hex: string): bigint {
  let checksum = 0xffff_ffffn;
  for (const byte of Buffer.from(hex.slice(2), "hex")) {
    checksum ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++)
      checksum = checksum & 1n ? (checksum >> 1n) ^ 0xedb8_8320n : checksum >> 1n;
  }
  return checksum ^ 0xffff_ffffn;
}
