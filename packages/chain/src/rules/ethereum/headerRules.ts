import type { Hash } from "@causeway/protocol/hex";
import { chainError } from "../../chainError.js";
import type { EthereumBlockParts } from "../../codec/block.js";
import { EMPTY_LIST_HASH, ZERO_NONCE } from "../../codec/header.js";
import type { BlockResult } from "../../engine/engine.js";
import type { Header } from "../../types/header.js";
import { nextBaseFee } from "../baseFee.js";
import { type Fork, hasFork } from "../fork.js";
import { GAS_LIMIT_BOUND_DIVISOR, GAS_LIMIT_MIN } from "../gasLimits.js";
import { type BlobParameters, GAS_PER_BLOB, nextExcessBlobGas } from "./blobGas.js";
import { DAO_EXTRA_DATA, DAO_EXTRA_DATA_BLOCKS } from "./daoFork.js";
import { nextDifficulty } from "./difficulty.js";
import type { ForkSchedule } from "./forkSchedule.js";

/** A header with what it is judged by. An ommer's has no body. */
export interface HeaderCase {
  readonly header: Header;
  readonly parent: Header;
  readonly fork: Fork;
  readonly schedule: ForkSchedule;
}

/** A block's header beside its body, before its transactions are looked into. */
export interface BodyCase {
  readonly header: Header;
  readonly parts: EthereumBlockParts;
  readonly fork: Fork;
  readonly transactionsRoot: Hash;
  readonly ommersHash: Hash;
  /** null before Shanghai. */
  readonly withdrawalsRoot: Hash | null;
}

/** A block's header beside its blobs. */
export interface BlobCase {
  readonly header: Header;
  readonly blobs: BlobParameters | null;
  /** Of all transactions. */
  readonly blobCount: number;
}

/** What a header claims of its execution, beside what the execution gave. */
export interface ResultCase {
  readonly header: Header;
  readonly result: BlockResult;
}

interface Rule<T> {
  readonly name: string;
  /** @returns what is wrong, or null. */
  readonly fault: (subject: T) => string | null;
}

const GAS_LIMIT_MAX = 2n ** 63n - 1n;
/** EIP-1559: the first base fee, in wei, and by how much the gas limit grows with it. */
export const INITIAL_BASE_FEE = 1_000_000_000n;
const ELASTICITY = 2n;
/** EIP-7934: 10 MiB less a margin of 2 MiB. */
const BLOCK_BYTES_MAX = 8_388_608;

/** Which fields came with which fork. */
const FORK_FIELDS: readonly (readonly [keyof Header, Fork])[] = [
  ["baseFeePerGas", "london"],
  ["withdrawalsRoot", "shanghai"],
  ["blobGasUsed", "cancun"],
  ["excessBlobGas", "cancun"],
  ["parentBeaconBlockRoot", "cancun"],
  ["requestsHash", "prague"],
];

/** Rules of a header on its parent, in the order they are checked; whether there was work behind it is not looked at. */
export const HEADER_RULES: readonly Rule<HeaderCase>[] = [
  { name: "parentHash", fault: ({ header, parent }) => differs(header.parentHash, parent.hash) },
  { name: "number", fault: ({ header, parent }) => differs(header.number, parent.number + 1) },
  {
    name: "difficulty",
    fault: ({ header, parent, fork }) =>
      differs(
        header.difficulty,
        hasFork(fork, "paris") ? 0n : nextDifficulty(parent, header.timestamp, fork),
      ),
  },
  {
    name: "nonce",
    fault: ({ header, fork }) => (hasFork(fork, "paris") ? differs(header.nonce, ZERO_NONCE) : null),
  },
  {
    name: "fields",
    fault: ({ header, fork }) => {
      const wrong = FORK_FIELDS.find(([field, since]) => (header[field] !== null) !== hasFork(fork, since));
      return wrong === undefined
        ? null
        : `of ${fork}: ${wrong[0]} ${hasFork(fork, wrong[1]) ? "is missing" : "does not exist"}`;
    },
  },
  {
    name: "timestamp",
    fault: ({ header, parent }) => {
      const [time, before] = [header, parent].map((at) => at.wideTimestamp ?? BigInt(at.timestamp));
      return (time ?? 0n) > (before ?? 0n) ? null : `is ${time}, the parent's ${before}`;
    },
  },
  { name: "extraData", fault: daoFault },
  { name: "gasLimit", fault: gasLimitFault },
  {
    name: "gasUsed",
    fault: ({ header }) =>
      header.gasUsed > header.gasLimit ? `is ${header.gasUsed}, the limit ${header.gasLimit}` : null,
  },
  {
    name: "baseFee",
    fault: ({ header, parent, fork }) =>
      hasFork(fork, "london")
        ? differs(
            header.baseFeePerGas,
            parent.baseFeePerGas === null ? INITIAL_BASE_FEE : nextBaseFee(parent),
          )
        : null,
  },
  {
    name: "excessBlobGas",
    fault: ({ header, parent, fork, schedule }) => {
      const blobs = schedule.blobs(fork);
      if (blobs === null) return null;
      return differs(header.excessBlobGas, nextExcessBlobGas(parent, blobs, hasFork(fork, "osaka")));
    },
  },
];

/** Rules of a header and its own body. */
export const BODY_RULES: readonly Rule<BodyCase>[] = [
  {
    name: "size",
    fault: ({ parts, fork }) =>
      hasFork(fork, "osaka") && parts.size > BLOCK_BYTES_MAX
        ? `${parts.size} bytes, at most ${BLOCK_BYTES_MAX} allowed (EIP-7934)`
        : null,
  },
  {
    name: "ommers",
    fault: ({ header, fork, ommersHash }) =>
      differs(header.sha3Uncles, hasFork(fork, "paris") ? EMPTY_LIST_HASH : ommersHash) ??
      differs(header.sha3Uncles, ommersHash),
  },
  {
    name: "transactionsRoot",
    fault: ({ header, transactionsRoot }) => differs(header.transactionsRoot, transactionsRoot),
  },
  {
    name: "withdrawalsRoot",
    fault: ({ header, withdrawalsRoot }) => differs(header.withdrawalsRoot, withdrawalsRoot),
  },
];

/** The rule of a header and the blobs of its transactions. */
export const BLOB_RULES: readonly Rule<BlobCase>[] = [
  {
    name: "blobGasUsed",
    fault: ({ header, blobs, blobCount }) => {
      if (blobs === null) return null;
      const used = GAS_PER_BLOB * BigInt(blobCount);
      if (blobCount > blobs.max) return `${blobCount} blobs, at most ${blobs.max} allowed`;
      return differs(header.blobGasUsed, used);
    },
  },
];

/** Rules that need the block executed. */
export const RESULT_RULES: readonly Rule<ResultCase>[] = [
  { name: "gasUsed", fault: ({ header, result }) => differs(header.gasUsed, result.gasUsed) },
  { name: "logsBloom", fault: ({ header, result }) => differs(header.logsBloom, result.logsBloom) },
  { name: "receiptsRoot", fault: ({ header, result }) => differs(header.receiptsRoot, result.receiptsRoot) },
  { name: "requestsHash", fault: ({ header, result }) => differs(header.requestsHash, result.requestsHash) },
  { name: "stateRoot", fault: ({ header, result }) => differs(header.stateRoot, result.stateRoot) },
];

/** @throws ChainError "eth.<rule>", the first rule broken. */
export function checkRules<T extends { readonly header: Header }>(
  rules: readonly Rule<T>[],
  subject: T,
): void {
  for (const { name, fault } of rules) {
    const problem = fault(subject);
    if (problem === null) continue;
    const { number, hash } = subject.header;
    throw chainError(`eth.${name}`, `block ${number} ${hash}: ${name} ${problem}`);
  }
}

/** EIP-779: the first blocks after the DAO say on which side they are. */
function daoFault({ header: { number, extraData }, schedule: { dao } }: HeaderCase): string | null {
  if (dao === null || number < dao.block || number >= dao.block + DAO_EXTRA_DATA_BLOCKS) return null;
  if ((extraData === DAO_EXTRA_DATA) === dao.support) return null;
  return `is ${extraData}, must ${dao.support ? "" : "not "}be ${DAO_EXTRA_DATA} (EIP-779)`;
}

/** Yellow Paper 4.3.4, and EIP-1559 for the first block of London. */
function gasLimitFault({ header: { gasLimit, baseFeePerGas }, parent }: HeaderCase): string | null {
  if (gasLimit > GAS_LIMIT_MAX) return `is ${gasLimit}, at most ${GAS_LIMIT_MAX} allowed`;
  if (gasLimit < GAS_LIMIT_MIN) return `is ${gasLimit}, at least ${GAS_LIMIT_MIN} needed`;
  const isFirstOfLondon = baseFeePerGas !== null && parent.baseFeePerGas === null;
  const before = isFirstOfLondon ? parent.gasLimit * ELASTICITY : parent.gasLimit;
  const change = gasLimit > before ? gasLimit - before : before - gasLimit;
  return change < before / GAS_LIMIT_BOUND_DIVISOR
    ? null
    : `is ${gasLimit}, must be less than ${before / GAS_LIMIT_BOUND_DIVISOR} from ${before}`;
}

function differs<T extends string | number | bigint | null>(have: T, want: T): string | null {
  return have === want ? null : `is ${have}, must be ${want}`;
}
