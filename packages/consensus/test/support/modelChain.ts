import type { Block } from "@causeway/protocol/block";
import type { Certificate } from "@causeway/protocol/certificate";
import type { ExecutionOutcome } from "@causeway/protocol/executionOutcome";
import type { Head } from "@causeway/protocol/head";
import { type Address, ZERO_ADDRESS, ZERO_HASH } from "@causeway/protocol/hex";
import type { ValidatorSet } from "@causeway/protocol/validatorSet";
import { fakeHash } from "./fakeSigner.js";

/** Virtual time of the genesis block in whole seconds; simulations start at it. */
export const GENESIS_SECONDS = 1_000_000;

/** n ascending addresses. */
export function modelValidators(n: number): Address[] {
  return Array.from({ length: n }, (_, i) => `0x${(i + 1).toString(16).padStart(40, "0")}` as const);
}

export function modelGenesis(validators: ValidatorSet): Head {
  return {
    height: 0,
    hash: fakeHash("genesis", validators),
    coinbase: ZERO_ADDRESS,
    timestamp: GENESIS_SECONDS,
    validators,
    nextValidators: validators,
    certificate: null,
  };
}

export interface ModelBlockFields {
  readonly coinbase: Address;
  readonly timestamp: number;
  readonly transactionCount?: number;
  /** Tells two blocks with otherwise equal fields apart. */
  readonly salt?: string;
}

/** A block on `parent` whose "execution" is its own state root. */
export function modelBlock(parent: Pick<Head, "hash" | "height">, fields: ModelBlockFields): Block {
  const { coinbase, timestamp, transactionCount = 0, salt = "" } = fields;
  const hash = fakeHash("block", parent.hash, coinbase, timestamp, transactionCount, salt);
  return {
    hash,
    height: parent.height + 1,
    parentHash: parent.hash,
    coinbase,
    stateRoot: fakeHash("state", hash),
    extraData: ZERO_HASH,
    timestamp,
    transactionCount,
    bytes: new TextEncoder().encode(`${hash} ${salt}`),
  };
}

export function modelOutcome(block: Block, nextValidators: ValidatorSet): ExecutionOutcome {
  return {
    blockHash: block.hash,
    stateRoot: block.stateRoot,
    outboxRoot: ZERO_HASH,
    outboxCount: 0,
    inboxAcc: ZERO_HASH,
    inboxCount: 0,
    nextValidators,
  };
}

export function headAfter(parent: Head, block: Block, certificate: Certificate, next: ValidatorSet): Head {
  return {
    height: block.height,
    hash: block.hash,
    coinbase: block.coinbase,
    timestamp: block.timestamp,
    validators: parent.nextValidators,
    nextValidators: next,
    certificate,
  };
}
