import assert from "node:assert/strict";
import { listRoot } from "@causeway/chain/codec/listRoot";
import { type Block, decodeBlock } from "@causeway/protocol/block";
import { fromHex, type Hex } from "@causeway/protocol/hex";
import { RLP } from "@ethereumjs/rlp";
import { keccak256, toBeArray } from "ethers";
import { bodyFault } from "../../src/ingress/bodyFault.js";

const GAS_LIMIT_MAX = 30_000_000n;
const WIDTHS = new Map([0, 1, 3, 4, 5, 12, 13, 16, 19, 20].map((i) => [i, 32]))
  .set(2, 20)
  .set(6, 256)
  .set(14, 8);
const LEGACY = Array.from({ length: 9 }, () => Uint8Array.of(7));
const WITHDRAWAL = Array.from({ length: 4 }, () => Uint8Array.of(7));

interface Forgery {
  readonly gasLimit?: bigint;
  readonly transactions?: readonly (Uint8Array | Uint8Array[])[];
  readonly ommers?: readonly Uint8Array[][];
  readonly withdrawals?: readonly Uint8Array[][];
  /** Roots the header gives instead of those of the body. */
  readonly roots?: { readonly ommers?: Hex; readonly transactions?: Hex; readonly withdrawals?: Hex };
}

const OTHER: Hex = `0x${"0f".repeat(32)}`;

function header(forgery: Forgery): Uint8Array[] {
  const { transactions = [], ommers = [], withdrawals = [], gasLimit = GAS_LIMIT_MAX, roots = {} } = forgery;
  const raws = transactions.map((item) => (item instanceof Uint8Array ? item : RLP.encode(item)));
  const fields: Uint8Array[] = Array.from({ length: 21 }, (_, i) => new Uint8Array(WIDTHS.get(i) ?? 0));
  fields[1] = fromHex(roots.ommers ?? (keccak256(RLP.encode(ommers as Uint8Array[][])) as Hex));
  fields[4] = fromHex(roots.transactions ?? listRoot(raws));
  fields[9] = toBeArray(gasLimit);
  fields[16] = fromHex(roots.withdrawals ?? listRoot(withdrawals.map((item) => RLP.encode(item))));
  return fields;
}

function block(forgery: Forgery): Block {
  const { transactions = [], ommers = [], withdrawals = [] } = forgery;
  return decodeBlock(RLP.encode([header(forgery), transactions, ommers, withdrawals] as Uint8Array[][]));
}

const faultOf = (forgery: Forgery) => bodyFault(block(forgery), GAS_LIMIT_MAX);

describe("bodyFault (C16, N3)", () => {
  it("finds nothing in a body that its header commits to, whatever else is wrong with it", () => {
    const ommers = [header({})];
    assert.equal(faultOf({}), null);
    assert.equal(
      faultOf({ transactions: [LEGACY, Uint8Array.of(2, 0xc0)], ommers, withdrawals: [WITHDRAWAL] }),
      null,
    );
  });

  const swapped: readonly (readonly [string, Forgery])[] = [
    ["H1.transactionsRoot", { transactions: [LEGACY], roots: { transactions: OTHER } }],
    ["H1.ommers", { ommers: [header({})], roots: { ommers: OTHER } }],
    ["H1.withdrawals", { withdrawals: [WITHDRAWAL], roots: { withdrawals: OTHER } }],
    ["H1.withdrawalsRoot", { roots: { withdrawals: OTHER } }],
  ];
  for (const [rule, forgery] of swapped) {
    it(`${rule}: a body under another's header`, () => assert.equal(faultOf(forgery), rule));
  }

  it("H1.transactions: more transactions than the gas limit pays for are not hashed (N2)", () => {
    const transactions = [LEGACY, LEGACY];
    assert.equal(faultOf({ transactions, gasLimit: 42_000n }), null);
    assert.equal(
      faultOf({ transactions, gasLimit: 41_999n, roots: { transactions: OTHER } }),
      "H1.transactions",
    );
  });

  it("H1.gasLimit: nor does a header pay with more gas than any of the chain has (N2)", () => {
    assert.equal(faultOf({ gasLimit: GAS_LIMIT_MAX + 1n, roots: { transactions: OTHER } }), "H1.gasLimit");
  });

  it("H1.encoding: a legacy transaction in a string would give one block two encodings", () => {
    const string = RLP.encode(LEGACY);
    assert.equal(faultOf({ transactions: [string] }), "H1.encoding");
  });
});
