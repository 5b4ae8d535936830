import { type Hash, type Hex, isHex } from "@causeway/protocol/hex";
import { encodeRlp, keccak256 } from "ethers";
import { BridgeError } from "../bridgeError.js";
import { type BlockTag, blockParameter, type RpcReader } from "../rpc/rpcReader.js";

/** What a header says, after its hash was recomputed from all its fields. */
export interface VerifiedHeader {
  readonly number: number;
  readonly hash: Hash;
  readonly parentHash: Hash;
  readonly stateRoot: Hash;
  readonly mixHash: Hash;
  readonly extraData: Hex;
  /** Seconds. */
  readonly timestamp: number;
}

/** Header fields in RLP order: bytes as they are, quantities without leading zeros. Those after `nonce` came with forks. */
const FIELDS: readonly (readonly [name: string, kind: "bytes" | "quantity"])[] = [
  ["parentHash", "bytes"],
  ["sha3Uncles", "bytes"],
  ["miner", "bytes"],
  ["stateRoot", "bytes"],
  ["transactionsRoot", "bytes"],
  ["receiptsRoot", "bytes"],
  ["logsBloom", "bytes"],
  ["difficulty", "quantity"],
  ["number", "quantity"],
  ["gasLimit", "quantity"],
  ["gasUsed", "quantity"],
  ["timestamp", "quantity"],
  ["extraData", "bytes"],
  ["mixHash", "bytes"],
  ["nonce", "bytes"],
  ["baseFeePerGas", "quantity"],
  ["withdrawalsRoot", "bytes"],
  ["blobGasUsed", "quantity"],
  ["excessBlobGas", "quantity"],
  ["parentBeaconBlockRoot", "bytes"],
  ["requestsHash", "bytes"],
];

/**
 * A block header, checked against its own hash.
 * @throws {BridgeError} BlockUnknown; RpcMalformed, also for another height than asked; HeaderMismatch when the fields do not hash to the claimed hash (also for a fork
 * whose header has fields this library does not know).
 */
export async function readHeader(reader: RpcReader, tag: BlockTag): Promise<VerifiedHeader> {
  const byHash = typeof tag === "object";
  const method = byHash ? "eth_getBlockByHash" : "eth_getBlockByNumber";
  const block = await reader.send(method, [byHash ? tag.blockHash : blockParameter(tag), false]);
  if (typeof block !== "object" || block === null) {
    const name = byHash ? tag.blockHash : String(tag);
    throw new BridgeError({ code: "BlockUnknown", tag: name }, `block ${name} is not known to the node`);
  }
  const fields = block as Readonly<Record<string, unknown>>;
  const header = decodeHeader(fields, method);
  const computed = keccak256(encodeRlp(rlpFields(fields, method))) as Hash;
  const claimed = byHash ? tag.blockHash : header.hash;
  if (computed !== claimed || header.hash !== claimed) {
    throw new BridgeError(
      { code: "HeaderMismatch", claimed, computed },
      `block ${header.number}: its header hashes to ${computed}, the node says ${claimed}`,
    );
  }
  // A true header of another height would pass for the one that was asked for.
  if (typeof tag === "number" && header.number !== tag) throw malformed(method, "number");
  return header;
}

function decodeHeader(fields: Readonly<Record<string, unknown>>, method: string): VerifiedHeader {
  return {
    number: safeQuantity(fields, "number", method),
    hash: bytes(fields, "hash", method),
    parentHash: bytes(fields, "parentHash", method),
    stateRoot: bytes(fields, "stateRoot", method),
    mixHash: bytes(fields, "mixHash", method),
    extraData: bytes(fields, "extraData", method),
    timestamp: safeQuantity(fields, "timestamp", method),
  };
}

function rlpFields(fields: Readonly<Record<string, unknown>>, method: string): Hex[] {
  return FIELDS.filter(([name]) => fields[name] !== undefined && fields[name] !== null).map(([name, kind]) =>
    kind === "bytes" ? bytes(fields, name, method) : trimmedQuantity(fields, name, method),
  );
}

function bytes(fields: Readonly<Record<string, unknown>>, name: string, method: string): Hex {
  const value = fields[name];
  const lower = typeof value === "string" ? value.toLowerCase() : value;
  if (!isHex(lower)) throw malformed(method, name);
  return lower;
}

function trimmedQuantity(fields: Readonly<Record<string, unknown>>, name: string, method: string): Hex {
  const value = fields[name];
  if (typeof value !== "string" || !/^0x[0-9a-fA-F]{1,64}$/.test(value)) throw malformed(method, name);
  const digits = value.slice(2).replace(/^0+/, "");
  return `0x${digits.length % 2 === 0 ? digits : `0${digits}`}`;
}

function safeQuantity(fields: Readonly<Record<string, unknown>>, name: string, method: string): number {
  const value = Number(BigInt(`${trimmedQuantity(fields, name, method)}`.replace(/^0x$/, "0x0")));
  if (!Number.isSafeInteger(value)) throw malformed(method, name);
  return value;
}

function malformed(method: string, field: string): BridgeError {
  return new BridgeError(
    { code: "RpcMalformed", method, field },
    `${method}: field ${field} is not well-formed`,
  );
}
