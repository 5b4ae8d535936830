import type { Json } from "../json.js";

const hex = (title: string, digits: string) => ({ title, type: "string", pattern: `^0x${digits}$` });
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const orNull = (name: string) => ({ oneOf: [ref(name), { type: "null" }] });
const listOf = (name: string) => ({ type: "array", items: ref(name) });

/** An object; a name that ends in ? may be missing. */
function object(title: string, fields: Readonly<Record<string, Json>>): Json {
  const properties = Object.entries(fields).map(([name, schema]) => [name.replace("?", ""), schema]);
  return {
    title,
    type: "object",
    required: Object.keys(fields).filter((name) => !name.endsWith("?")),
    properties: Object.fromEntries(properties),
  };
}

const uint = ref("uint");
const hash = ref("hash");
const address = ref("address");
const bytes = ref("bytes");

const HEADER = {
  hash,
  parentHash: hash,
  sha3Uncles: hash,
  miner: address,
  stateRoot: hash,
  transactionsRoot: hash,
  receiptsRoot: hash,
  logsBloom: bytes,
  difficulty: uint,
  number: uint,
  gasLimit: uint,
  gasUsed: uint,
  timestamp: uint,
  extraData: bytes,
  mixHash: hash,
  nonce: bytes,
  "baseFeePerGas?": uint,
  "withdrawalsRoot?": hash,
  "blobGasUsed?": uint,
  "excessBlobGas?": uint,
  "parentBeaconBlockRoot?": hash,
  "requestsHash?": hash,
};

/** What methods answer, by the names that methodDescriptions.ts uses. Trace results depend on the tracer asked for. */
export const RESULT_SCHEMAS: Readonly<Record<string, Json>> = {
  any: { title: "any value" },
  boolean: { title: "true or false", type: "boolean" },
  string: { title: "text", type: "string" },
  null: { title: "null", type: "null" },
  object: { title: "an object", type: "object" },
  uint: hex("hex encoded unsigned integer", "(0|[1-9a-f][0-9a-f]*)"),
  hash: hex("32 byte hex value", "[0-9a-f]{64}"),
  address: hex("hex encoded address", "[0-9a-fA-F]{40}"),
  bytes: hex("hex encoded bytes", "([0-9a-f]{2})*"),
  Header: object("Block header", HEADER),
  Block: object("Block", {
    ...HEADER,
    size: uint,
    transactions: { type: "array", items: { oneOf: [hash, ref("Transaction")] } },
    uncles: listOf("hash"),
    "withdrawals?": { type: "array" },
  }),
  AccessListEntry: object("Access list entry", { address, storageKeys: listOf("hash") }),
  Transaction: object("Transaction", {
    hash,
    type: uint,
    nonce: uint,
    from: address,
    to: orNull("address"),
    value: uint,
    gas: uint,
    gasPrice: uint,
    input: bytes,
    blockHash: orNull("hash"),
    blockNumber: orNull("uint"),
    transactionIndex: orNull("uint"),
    v: uint,
    r: uint,
    s: uint,
    "blockTimestamp?": orNull("uint"),
    "chainId?": uint,
    "yParity?": uint,
    "maxFeePerGas?": uint,
    "maxPriorityFeePerGas?": uint,
    "accessList?": listOf("AccessListEntry"),
    "authorizationList?": { type: "array" },
    "maxFeePerBlobGas?": uint,
    "blobVersionedHashes?": listOf("hash"),
  }),
  SignedTransaction: object("Transaction with its encoding", { raw: bytes, tx: ref("object") }),
  Log: object("Log", {
    address,
    topics: listOf("hash"),
    data: bytes,
    blockNumber: uint,
    blockHash: hash,
    "blockTimestamp?": uint,
    transactionHash: hash,
    transactionIndex: uint,
    logIndex: uint,
    removed: ref("boolean"),
  }),
  Receipt: object("Receipt", {
    transactionHash: hash,
    transactionIndex: uint,
    blockHash: hash,
    blockNumber: uint,
    from: address,
    to: orNull("address"),
    type: uint,
    "status?": uint,
    "root?": hash,
    cumulativeGasUsed: uint,
    gasUsed: uint,
    effectiveGasPrice: uint,
    contractAddress: orNull("address"),
    logs: listOf("Log"),
    logsBloom: bytes,
    "blobGasUsed?": uint,
    "blobGasPrice?": uint,
  }),
  FilterChanges: { title: "Hashes or logs", type: "array", items: { oneOf: [hash, ref("Log")] } },
  AccessList: object("Access list and the gas it makes", {
    accessList: listOf("AccessListEntry"),
    gasUsed: uint,
    "error?": ref("string"),
  }),
  Proof: object("Account proof", {
    address,
    balance: uint,
    nonce: uint,
    codeHash: hash,
    storageHash: hash,
    accountProof: listOf("bytes"),
    storageProof: {
      type: "array",
      items: object("Slot proof", { key: bytes, value: uint, proof: listOf("bytes") }),
    },
  }),
  FeeHistory: object("Fee history", {
    oldestBlock: uint,
    gasUsedRatio: { type: ["array", "null"], items: { type: "number" } },
    "baseFeePerGas?": listOf("uint"),
    "baseFeePerBlobGas?": listOf("uint"),
    "blobGasUsedRatio?": { type: "array", items: { type: "number" } },
    "reward?": { type: "array", items: listOf("uint") },
  }),
  Syncing: {
    title: "Sync progress, false when there is none",
    oneOf: [
      { type: "boolean", enum: [false] },
      object("Sync progress", { startingBlock: uint, currentBlock: uint, highestBlock: uint }),
    ],
  },
  PoolStatus: object("Number of pooled transactions", { pending: uint, queued: uint }),
  PoolContent: object("Pooled transactions by sender and nonce", {
    pending: ref("object"),
    queued: ref("object"),
  }),
  Modules: { title: "Version by namespace", type: "object", additionalProperties: { type: "string" } },
  Certificate: object("Certificate of a block (X3)", {
    checkpoint: ref("object"),
    signers: uint,
    seals: listOf("bytes"),
    validators: listOf("address"),
  }),
  ValidatorSet: object("Validators of a height (X3)", {
    height: uint,
    validators: listOf("address"),
    hash,
  }),
  Peer: object("Connected peer", {
    id: ref("string"),
    validator: orNull("address"),
    height: uint,
    score: { type: "number" },
  }),
  OwnKey: object("Consensus key of this node", {
    address,
    inForce: ref("boolean"),
    withoutRecord: ref("boolean"),
  }),
  OpenProposal: object("Proposal that can be voted on", {
    id: uint,
    change: { type: ["string", "null"] },
    subject: address,
    operator: orNull("address"),
    proposer: address,
    expiresAtBlock: uint,
    votes: listOf("address"),
    readyAt: uint,
  }),
};
