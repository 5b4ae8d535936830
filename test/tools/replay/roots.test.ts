import assert from "node:assert/strict";
import { createMPT } from "@ethereumjs/mpt";
import { type Input, RLP } from "@ethereumjs/rlp";
import {
  type Authorization,
  concat,
  getBytes,
  hexlify,
  keccak256,
  Signature,
  Transaction,
  toBeArray,
} from "ethers";
import { type RunBlock, type RunReceipt, type RunTransaction, readRun } from "../support/readRun.js";
import { toolChain } from "../support/toolChain.js";

/** In RLP order (Yellow Paper 4.3; EIP-1559, 4895, 4844, 4788, 7685), and whether the field is a number. */
const HEADER: readonly (readonly [field: string, number: boolean])[] = [
  ...(
    [
      "parentHash",
      "sha3Uncles",
      "miner",
      "stateRoot",
      "transactionsRoot",
      "receiptsRoot",
      "logsBloom",
    ] as const
  ).map((field) => [field, false] as const),
  ...(["difficulty", "number", "gasLimit", "gasUsed", "timestamp"] as const).map(
    (field) => [field, true] as const,
  ),
  ...[["extraData", false] as const, ["mixHash", false] as const, ["nonce", false] as const],
  ...[["baseFeePerGas", true] as const, ["withdrawalsRoot", false] as const, ["blobGasUsed", true] as const],
  ...[
    ["excessBlobGas", true] as const,
    ["parentBeaconBlockRoot", false] as const,
    ["requestsHash", false] as const,
  ],
];

describe("Every block of the run, from what the RPC returns", () => {
  let blocks: readonly RunBlock[];

  before(async () => {
    blocks = await readRun(await toolChain());
    const busy = blocks.filter(({ transactions }) => transactions.length > 0);
    assert.ok(busy.length > 10, `only ${busy.length} blocks with transactions`);
  });

  it("is the hash of its header, and the child of the one before", () => {
    for (const [i, { header }] of blocks.entries()) {
      const fields = HEADER.map(([field, number]) =>
        number ? quantity(header[field]) : getBytes(header[field] as string),
      );
      assert.equal(keccak256(RLP.encode(fields)), header.hash, `block ${i + 1}`);
      if (i > 0) assert.equal(header.parentHash, blocks[i - 1]?.header.hash);
    }
  });

  it("holds the transactions of its transactionsRoot, each signed by its sender", async () => {
    for (const { header, transactions } of blocks) {
      const encoded = transactions.map((fields) => {
        const transaction = transactionOf(fields);
        assert.equal(transaction.hash, fields.hash);
        assert.equal(transaction.from?.toLowerCase(), fields.from);
        return getBytes(transaction.serialized);
      });
      assert.equal(await rootOf(encoded), header.transactionsRoot, `block ${Number(header.number)}`);
    }
  });

  it("holds the receipts of its receiptsRoot", async () => {
    for (const { header, receipts } of blocks) {
      const encoded = receipts.map(encodeReceipt);
      assert.equal(await rootOf(encoded), header.receiptsRoot, `block ${Number(header.number)}`);
      const used = receipts.reduce((sum, { gasUsed }) => sum + BigInt(gasUsed), 0n);
      assert.equal(used, BigInt(header.gasUsed as string));
    }
  });
});

function quantity(value: unknown): Uint8Array {
  return toBeArray(BigInt(value as string));
}

/** Root of the trie of index → value (Yellow Paper 4.3.2). */
async function rootOf(values: readonly Uint8Array[]): Promise<string> {
  const trie = await createMPT();
  for (const [i, value] of values.entries()) await trie.put(RLP.encode(i), value);
  return hexlify(trie.root());
}

function encodeReceipt({ type, status, cumulativeGasUsed, logsBloom, logs }: RunReceipt): Uint8Array {
  const fields: Input = [
    ...[quantity(status), quantity(cumulativeGasUsed), getBytes(logsBloom)],
    logs.map(({ address, topics, data }) => [
      getBytes(address),
      topics.map((topic) => getBytes(topic)),
      getBytes(data),
    ]),
  ];
  const prefix = BigInt(type) === 0n ? "0x" : toBeArray(BigInt(type));
  return getBytes(concat([prefix, RLP.encode(fields)]));
}

interface RpcAuthorization {
  readonly address: string;
  readonly chainId: string;
  readonly nonce: string;
  readonly yParity: string;
  readonly r: string;
  readonly s: string;
}

function transactionOf(fields: RunTransaction): Transaction {
  const text = (name: string) => fields[name] as string;
  const type = Number(fields.type);
  const authorizationList = (fields.authorizationList as readonly RpcAuthorization[] | undefined)?.map(
    ({ address, chainId, nonce, ...signature }): Authorization => ({
      ...{ address, chainId: BigInt(chainId), nonce: BigInt(nonce) },
      signature: Signature.from({
        r: wide(signature.r),
        s: wide(signature.s),
        yParity: Number(signature.yParity) as 0 | 1,
      }),
    }),
  );
  const fees =
    type < 2
      ? { gasPrice: text("gasPrice") }
      : { maxFeePerGas: text("maxFeePerGas"), maxPriorityFeePerGas: text("maxPriorityFeePerGas") };
  return Transaction.from({
    ...{
      type,
      chainId: text("chainId"),
      nonce: Number(fields.nonce),
      gasLimit: text("gas"),
      to: fields.to as string | null,
    },
    ...{ value: text("value"), data: text("input"), ...fees },
    ...(type > 0 ? { accessList: fields.accessList as { address: string; storageKeys: string[] }[] } : {}),
    ...(authorizationList === undefined ? {} : { authorizationList }),
    signature: Signature.from({ r: wide(text("r")), s: wide(text("s")), v: BigInt(text("v")) }),
  });
}

/** The RPC strips leading zeros, as of any quantity. */
function wide(value: string): string {
  return `0x${value.slice(2).padStart(64, "0")}`;
}
