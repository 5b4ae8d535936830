import type { Header } from "@causeway/chain/types/header";
import type { Signer } from "@causeway/node/signer/keyRing";
import type { Genesis } from "@causeway/protocol/genesis";
import type { Address, Hash } from "@causeway/protocol/hex";
import type { Recover } from "@causeway/protocol/signature";
import type { ValidatorSet } from "@causeway/protocol/validatorSet";
import type { Life } from "../node/life.js";
import type { ValidatorContract } from "../operators/validatorContract.js";
import type { ChainStorage } from "./chainStorage.js";
import type { MessagePath } from "./messagePath.js";

/** What a life of a node may ask of the world while its chain is open. */
export interface ChainWorld {
  readonly life: Life;
  /** Milliseconds of virtual time. */
  readonly now: () => number;
  /** S(height + 1): for chains that do not read it from state. */
  readonly setAfter: (height: number) => ValidatorSet;
  /** How long the next build, execution or commit takes, in milliseconds. */
  readonly latencyMs: () => number;
  readonly after: (delayMs: number, run: () => void) => void;
}

/** A transaction as it reaches a node from outside. */
export interface SubmittedTransaction {
  readonly hash: Hash;
  readonly raw: Uint8Array;
}

/** What the nodes of a run are made of besides their own code: keys, chain and the way messages take. */
export interface ChainBackend {
  readonly genesis: Genesis;
  readonly genesisHeader: Pick<Header, "hash" | "timestamp" | "stateRoot">;
  /** First consensus keys by index of the node, ascending. */
  readonly keys: readonly Address[];
  readonly recover: Recover;
  /** Holds all keys of a node. */
  signer(index: number): Signer;
  createStore(): ChainStorage;
  /** The contract of one run, as it is at genesis; null where no contract holds the list of validators. */
  createContract(): ValidatorContract | null;
  /** @param number from 1; transactions of a sender follow each other. */
  transaction(number: number): SubmittedTransaction;
  transactionHash(raw: Uint8Array): Hash;
  createPath(): MessagePath;
}
