import assert from "node:assert/strict";
import { fromHex, type Hash, type Hex } from "@causeway/protocol/hex";
import { RLP } from "@ethereumjs/rlp";
import { concat, keccak256, type TransactionRequest, type Wallet } from "ethers";
import { decodeTransaction } from "../../../src/codec/transaction.js";
import { GAS_PER_BLOB } from "../../../src/rules/ethereum/blobGas.js";
import type { Fork } from "../../../src/rules/fork.js";
import { transactionFault } from "../../../src/rules/transactionRules.js";
import { CHAIN_ID, FUNDED } from "../../support/genesisInput.js";
import { wallet } from "../../support/keys.js";
import { forkConfig, makeEthereumChain } from "../../support/makeEthereumChain.js";
import { PRAGUE_CONTRACTS } from "../../support/pragueContracts.js";

const GWEI = 10n ** 9n;
/** Order of secp256k1. */
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const TO = wallet(50).address;
const BLOB_HASH: Hash = `0x01${"00".repeat(31)}`;
const sender = (i = 0): Wallet => FUNDED[i] ?? assert.fail();

async function transaction(request: TransactionRequest, from = sender()): Promise<Uint8Array> {
  const type = request.type ?? 0;
  const fees = type >= 2 ? { maxFeePerGas: 3n * GWEI, maxPriorityFeePerGas: GWEI } : { gasPrice: 3n * GWEI };
  const raw = await from.signTransaction({
    nonce: 0,
    to: TO,
    gasLimit: 60_000n,
    chainId: CHAIN_ID,
    type,
    ...fees,
    ...request,
  });
  return fromHex(raw as Hex);
}

const blobs = (count: number, hash: string = BLOB_HASH): TransactionRequest => ({
  type: 3,
  maxFeePerBlobGas: 1n,
  blobVersionedHashes: Array.from({ length: count }, () => hash),
});

const faultOf = (raw: Uint8Array, fork: Fork) =>
  transactionFault(decodeTransaction(raw), BigInt(CHAIN_ID), fork);

describe("Ethereum's transactions, by fork", () => {
  const authorization = async () => ({
    type: 4,
    authorizationList: [await sender(1).authorize({ address: TO, nonce: 0n, chainId: BigInt(CHAIN_ID) })],
  });

  it("know the types since Berlin, London, Cancun and Prague", async () => {
    const types: readonly (readonly [TransactionRequest, Fork, Fork])[] = [
      [{ type: 1 }, "istanbul", "berlin"],
      [{ type: 2 }, "berlin", "london"],
      [blobs(1), "shanghai", "cancun"],
      [await authorization(), "cancun", "prague"],
    ];
    for (const [request, before, since] of types) {
      const raw = await transaction(request);
      assert.equal(faultOf(raw, before), "transaction type not supported");
      assert.equal(faultOf(raw, since), null, since);
    }
  });

  it("may carry the chain's id since Spurious Dragon only (EIP-155)", async () => {
    const raw = await transaction({});
    assert.equal(faultOf(raw, "tangerineWhistle"), "invalid sender");
    assert.equal(faultOf(raw, "spuriousDragon"), null);
    assert.equal(faultOf(await transaction({ chainId: 0 }), "frontier"), null);
    assert.match(faultOf(await transaction({ chainId: 5 }), "london") ?? "", /invalid chain id for signer/);
  });

  it("may have a high s before Homestead only (EIP-2)", async () => {
    const items = RLP.decode(await transaction({ chainId: 0 })) as Uint8Array[];
    const [v, r, s] = items.slice(-3).map((item) => BigInt(`0x${Buffer.from(item).toString("hex")}`));
    const flipped = [55n - (v ?? 0n), r ?? 0n, ORDER - (s ?? 0n)];
    const raw = RLP.encode([...items.slice(0, -3), ...flipped]);
    assert.equal(decodeTransaction(raw).from, sender().address.toLowerCase());
    assert.equal(faultOf(raw, "frontier"), null);
    assert.equal(faultOf(raw, "homestead"), "invalid sender");
    const withS = (s: bigint) =>
      transactionFault({ ...decodeTransaction(raw), s }, BigInt(CHAIN_ID), "homestead");
    assert.deepEqual([withS(ORDER / 2n), withS(ORDER / 2n + 1n)], [null, "invalid sender"]);
  });

  it("with authorizations name at least one and call somebody (EIP-7702)", async () => {
    const good = decodeTransaction(await transaction(await authorization()));
    const fault = (change: Partial<typeof good>) =>
      transactionFault({ ...good, ...change }, BigInt(CHAIN_ID), "prague");
    assert.equal(fault({}), null);
    assert.match(fault({ to: null }) ?? "", /cannot be used to create contract/);
    assert.match(fault({ authorizationList: [] }) ?? "", /empty auth list/);
  });

  it("have a nonce that another can follow (EIP-2681)", async () => {
    const good = decodeTransaction(await transaction({}));
    const fault = (nonce: bigint) => transactionFault({ ...good, nonce }, BigInt(CHAIN_ID));
    assert.deepEqual([fault(2n ** 64n - 2n), fault(2n ** 64n - 1n)], [null, "nonce has max value"]);
  });

  it("with a type have no other parity than 0 and 1", async () => {
    const raw = await transaction({ type: 2 });
    const items = RLP.decode(raw.subarray(1)) as Uint8Array[];
    items[9] = Uint8Array.of(27 + Number(decodeTransaction(raw).v));
    const other = fromHex(concat(["0x02", RLP.encode(items)]) as Hex);
    assert.throws(() => decodeTransaction(other), /invalid sender/);
  });

  it("pay for data, creation and init code as each fork says", async () => {
    const data: Hex = `0x${"11".repeat(32)}${"00".repeat(32)}`;
    const least = async (fork: Fork, to: string | null) => {
      const raw = await transaction({
        to,
        data,
        gasLimit: 1n,
        ...(fork === "frontier" ? { chainId: 0 } : {}),
      });
      return Number(/minimum needed (\d+)/.exec(faultOf(raw, fork) ?? "")?.[1]);
    };
    const call = 32 * 4;
    assert.equal(await least("frontier", null), 21_000 + call + 32 * 68);
    assert.equal(await least("byzantium", TO), 21_000 + call + 32 * 68);
    assert.equal(await least("byzantium", null), 53_000 + call + 32 * 68);
    assert.equal(await least("istanbul", TO), 21_000 + call + 32 * 16);
    assert.equal(await least("shanghai", null), 53_000 + call + 32 * 16 + 2 * 2);
    const floor = await transaction({ data, gasLimit: 22_000n });
    assert.equal(faultOf(floor, "cancun"), null);
    assert.match(faultOf(floor, "prague") ?? "", /floor data gas cost: gas 22000, minimum needed 22600/);
  });

  it("have bounds on init code since Shanghai and on gas since Osaka (EIP-3860, EIP-7825)", async () => {
    const large = await transaction({ to: null, data: `0x${"00".repeat(49_153)}`, gasLimit: 10_000_000n });
    assert.equal(faultOf(large, "london"), null);
    assert.match(faultOf(large, "shanghai") ?? "", /max initcode size exceeded/);
    const whole = await transaction({ to: null, data: `0x${"00".repeat(49_152)}`, gasLimit: 2n ** 24n });
    assert.equal(faultOf(whole, "osaka"), null);
    const greedy = await transaction({ gasLimit: 2n ** 24n + 1n });
    assert.equal(faultOf(greedy, "prague"), null);
    assert.match(faultOf(greedy, "osaka") ?? "", /gas limit too high \(cap: 16777216/);
  });

  it("with blobs name at least one and since Osaka at most six, of a known version (EIP-4844, EIP-7594)", async () => {
    assert.match(faultOf(await transaction(blobs(0)), "cancun") ?? "", /missing blob hashes/);
    assert.match(
      faultOf(await transaction(blobs(1, `0x02${"00".repeat(31)}`)), "cancun") ?? "",
      /hash version/,
    );
    assert.equal(faultOf(await transaction(blobs(6)), "osaka"), null);
    const seven = await transaction(blobs(7));
    assert.equal(faultOf(seven, "prague"), null);
    assert.match(faultOf(seven, "osaka") ?? "", /too many blobs: 7, limit 6/);
  });

  it("never come from an account with code, but since Prague from one that delegated (EIP-3607, EIP-7702)", async () => {
    const address = sender().address.toLowerCase() as Hex;
    const balance = `${10n ** 20n}`;
    const delegated: Hex = `0xef0100${"11".repeat(20)}`;
    for (const [fork, code, accepted] of [
      ["prague", "0x00", false],
      ["cancun", delegated, false],
      ["prague", delegated, true],
    ] as const) {
      const alloc = { ...PRAGUE_CONTRACTS, [address]: { balance, code } };
      const chain = await makeEthereumChain(forkConfig(fork), alloc);
      const mined = chain.mine({ transactions: [await transaction({})] });
      if (accepted) assert.equal((await mined).number, 1);
      else await assert.rejects(mined, /sender not an eoa/);
      await chain.close();
    }
  });
});

describe("blobs in a block (EIP-4844, EIP-7691, EIP-7918)", () => {
  it("are counted, paid for and kept in the receipt", async () => {
    const chain = await makeEthereumChain(forkConfig("cancun"), PRAGUE_CONTRACTS);
    const raw = await transaction({ ...blobs(4), maxFeePerBlobGas: 7n });
    const before = await chain.reader.account(sender().address.toLowerCase() as Hex, 0);
    const header = await chain.mine({ transactions: [raw] });
    assert.equal(header.blobGasUsed, 4n * GAS_PER_BLOB);
    const [receipt] = (await chain.reader.receipts(1)) ?? [];
    assert.deepEqual([receipt?.blobGasUsed, receipt?.blobGasPrice], [4n * GAS_PER_BLOB, 1n]);
    const after = await chain.reader.account(sender().address.toLowerCase() as Hex, 1);
    const gas = (receipt?.gasUsed ?? 0n) * (receipt?.effectiveGasPrice ?? 0n);
    assert.equal(before.balance - after.balance, gas + 4n * GAS_PER_BLOB);
    assert.equal((await chain.mine()).excessBlobGas, GAS_PER_BLOB);
    await chain.close();
  });

  it("beyond the fork's maximum refuse the block, below the blob base fee the transaction", async () => {
    const many = [await transaction(blobs(4)), await transaction(blobs(3), sender(1))];
    const cancun = await makeEthereumChain(forkConfig("cancun"), PRAGUE_CONTRACTS);
    const block = await cancun.block({ transactions: many });
    await assert.rejects(cancun.import(block), (error: { code: string }) => error.code === "eth.blobGasUsed");
    await cancun.close();
    const prague = await makeEthereumChain(forkConfig("prague"), PRAGUE_CONTRACTS);
    assert.equal((await prague.mine({ transactions: many })).number, 1);
    const cheap = await transaction({ ...blobs(1), nonce: 1, maxFeePerBlobGas: 0n });
    await assert.rejects(prague.mine({ transactions: [cheap] }), /max fee per blob gas less than block blob/);
    await prague.close();
  });

  it("follow the schedule of the chain's config", async () => {
    const blobSchedule = { cancun: { target: 1, max: 2, baseFeeUpdateFraction: 1_000_000 } };
    const chain = await makeEthereumChain({ ...forkConfig("cancun"), blobSchedule }, PRAGUE_CONTRACTS);
    const many = [await transaction(blobs(2)), await transaction(blobs(1), sender(1))];
    const three = await chain.block({ transactions: many });
    await assert.rejects(chain.import(three), (error: { code: string }) => error.code === "eth.blobGasUsed");
    await chain.mine({ transactions: [await transaction(blobs(2))] });
    assert.equal((await chain.mine()).excessBlobGas, GAS_PER_BLOB);
    await chain.close();
  });

  it("hash to the transaction the receipt names", async () => {
    const raw = await transaction(blobs(1));
    const { hash, blobVersionedHashes, maxFeePerBlobGas } = decodeTransaction(raw);
    assert.deepEqual([hash, blobVersionedHashes, maxFeePerBlobGas], [keccak256(raw), [BLOB_HASH], 1n]);
  });
});
