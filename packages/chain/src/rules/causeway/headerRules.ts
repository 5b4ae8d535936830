import type { CausewayConfig } from "@causeway/protocol/genesis";
import type { Hash } from "@causeway/protocol/hex";
import { overrideAt } from "@causeway/protocol/validatorOverride";
import { type ValidatorSet, validatorSetHash } from "@causeway/protocol/validatorSet";
import { type ChainErrorCode, chainError } from "../../chainError.js";
import type { BlockParts } from "../../codec/block.js";
import { EMPTY_LIST_HASH, EMPTY_ROOT, ZERO_NONCE } from "../../codec/header.js";
import { BLOB_TRANSACTION } from "../../codec/transaction.js";
import type { BlockResult } from "../../engine/engine.js";
import type { CausewayHeader, Header } from "../../types/header.js";
import { nextBaseFee } from "../baseFee.js";
import { nextGasLimit } from "../gasLimits.js";
import { mixHash } from "./mixHash.js";

/** A block with all that its header is judged by, short of executing it. */
export interface HeaderCase {
  readonly parts: BlockParts;
  readonly header: CausewayHeader;
  readonly parent: CausewayHeader;
  readonly spec: CausewayConfig;
  /** S(h). */
  readonly validators: ValidatorSet;
  /** Root of the block's own transaction list. */
  readonly transactionsRoot: Hash;
}

interface Rule<T> {
  readonly code: ChainErrorCode;
  /** @returns what is wrong, or null. */
  readonly fault: (subject: T) => string | null;
}

/** Every rule H1 that depends on neither round nor clock, in the order it is checked. */
export const HEADER_RULES: readonly Rule<HeaderCase>[] = [
  { code: "H1.parentHash", fault: ({ header, parent }) => differs(header.parentHash, parent.hash) },
  { code: "H1.number", fault: ({ header, parent }) => differs(header.number, parent.number + 1) },
  {
    code: "V6.hash",
    fault: ({ header, spec }) => {
      const parentHash = overrideAt(spec, header.number + 1)?.parentHash ?? header.hash;
      return header.hash === parentHash
        ? null
        : `is not the ${parentHash} on which the chain spec's override at ${header.number + 1} goes on`;
    },
  },
  {
    code: "H1.size",
    fault: ({ parts, spec }) =>
      parts.size > spec.maxBlockBytes ? `${parts.size} bytes, at most ${spec.maxBlockBytes} allowed` : null,
  },
  {
    code: "H1.ommers",
    fault: ({ parts, header }) =>
      parts.ommers > 0 ? `${parts.ommers} ommers in the body` : differs(header.sha3Uncles, EMPTY_LIST_HASH),
  },
  { code: "H1.nonce", fault: ({ header }) => differs(header.nonce, ZERO_NONCE) },
  { code: "H1.difficulty", fault: ({ header }) => differs(header.difficulty, 0n) },
  {
    code: "H1.coinbase",
    fault: ({ header, validators }) =>
      validators.includes(header.miner) ? null : `${header.miner} is not in S(${header.number})`,
  },
  {
    // H7: a withdrawal would credit wei that nobody deposited.
    code: "H1.withdrawals",
    fault: ({ parts: { withdrawals } }) =>
      withdrawals.length > 0 ? `${withdrawals.length} withdrawals in the body` : null,
  },
  { code: "H1.withdrawalsRoot", fault: ({ header }) => differs(header.withdrawalsRoot, EMPTY_ROOT) },
  {
    code: "H1.blobTransaction",
    fault: ({ parts }) =>
      parts.rawTransactions.some((raw) => raw[0] === BLOB_TRANSACTION)
        ? "a type-3 transaction in the body"
        : null,
  },
  { code: "H1.blobGasUsed", fault: ({ header }) => differs(header.blobGasUsed, 0n) },
  { code: "H1.excessBlobGas", fault: ({ header }) => differs(header.excessBlobGas, 0n) },
  {
    code: "H1.gasLimit",
    fault: ({ header, parent, spec }) =>
      differs(header.gasLimit, nextGasLimit(parent.gasLimit, BigInt(spec.gasLimitTarget))),
  },
  { code: "H1.baseFee", fault: ({ header, parent }) => differs(header.baseFeePerGas, nextBaseFee(parent)) },
  {
    code: "H1.extraData",
    fault: ({ header, validators }) => differs(header.extraData, validatorSetHash(validators)),
  },
  {
    code: "H1.mixHash",
    fault: ({ header }) => differs(header.mixHash, mixHash(header.parentHash, header.miner)),
  },
  {
    code: "H1.parentBeaconBlockRoot",
    fault: ({ header }) => differs(header.parentBeaconBlockRoot, header.parentHash),
  },
  {
    code: "H1.timestamp",
    fault: ({ header, parent, spec }) => {
      const earliest = parent.timestamp + spec.blockPeriodSeconds;
      return header.timestamp < earliest ? `is ${header.timestamp}, earliest ${earliest}` : null;
    },
  },
  {
    code: "H1.transactionsRoot",
    fault: ({ header, transactionsRoot }) => differs(header.transactionsRoot, transactionsRoot),
  },
  {
    code: "H6.gasUsed",
    fault: ({ header, spec }) =>
      spec.freeGas && header.gasUsed > header.gasLimit / 2n
        ? `is ${header.gasUsed}, at most half of ${header.gasLimit} on a free-gas chain`
        : null,
  },
];

/** What a header claims of its execution, beside what the execution gave. */
export interface ResultCase {
  readonly header: Header;
  readonly result: BlockResult;
}

/** Rules H1 that need the block executed. */
export const RESULT_RULES: readonly Rule<ResultCase>[] = [
  { code: "H1.gasUsed", fault: ({ header, result }) => differs(header.gasUsed, result.gasUsed) },
  { code: "H1.logsBloom", fault: ({ header, result }) => differs(header.logsBloom, result.logsBloom) },
  {
    code: "H1.receiptsRoot",
    fault: ({ header, result }) => differs(header.receiptsRoot, result.receiptsRoot),
  },
  {
    code: "H1.requestsHash",
    fault: ({ header, result }) => differs(header.requestsHash, result.requestsHash),
  },
  { code: "H1.stateRoot", fault: ({ header, result }) => differs(header.stateRoot, result.stateRoot) },
];

/** @throws ChainError whose code is the first rule broken. */
export function checkRules<T extends { readonly header: Header }>(
  rules: readonly Rule<T>[],
  subject: T,
): void {
  for (const { code, fault } of rules) {
    const problem = fault(subject);
    if (problem === null) continue;
    const { number, hash } = subject.header;
    const [rule, field] = code.split(".");
    throw chainError(code, `block ${number} ${hash}: ${field} ${problem} (${rule})`);
  }
}

function differs<T extends string | number | bigint | null>(have: T, want: T): string | null {
  return have === want ? null : `is ${have}, must be ${want}`;
}
