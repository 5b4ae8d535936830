import type { Header } from "@causeway/chain/types/header";
import type { Log } from "@causeway/chain/types/receipt";
import { abi } from "@causeway/contracts/ValidatorSet";
import type { Address, Hash } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import type { ValidatorSet } from "@causeway/protocol/validatorSet";
import { Interface, type Result } from "ethers";

export const VALIDATOR_SET = new Interface(abi);
/** Place of the change in the contract's enumeration. */
export const CHANGE = { add: 0, remove: 1 } as const;

/** A proposal that can be voted for. */
export interface OpenProposal {
  readonly id: bigint;
  readonly change: number;
  readonly subject: Address;
  /** First height at which it is closed (V3). */
  readonly expiresAtBlock: number;
  /** Keys whose operators voted for it. */
  readonly votes: Set<Address>;
}

/**
 * The ValidatorSet contract as its events tell of it, block by block, and the sets that V1 makes of its list. Nothing here
 * reads its storage, as nodes do.
 */
export class ValidatorContract {
  readonly #epochLength: number;
  readonly #list: Set<Address>;
  /** Of each epoch, from the first. */
  readonly #sets: ValidatorSet[];
  readonly #readyAt = new Map<Address, number>();
  #open: OpenProposal[] = [];
  #head: Pick<Header, "number" | "hash">;

  constructor(genesisHash: Hash, first: ValidatorSet, epochLength: number) {
    this.#head = { number: 0, hash: genesisHash };
    this.#list = new Set(first);
    this.#sets = [first];
    this.#epochLength = epochLength;
  }

  /** The highest block whose events are known. */
  get head(): Pick<Header, "number" | "hash"> {
    return this.#head;
  }

  get epochLength(): number {
    return this.#epochLength;
  }

  /** The list after {@link head}; at the end of the epoch it is the next set. */
  get list(): ReadonlySet<Address> {
    return this.#list;
  }

  /** S(height), up to the height after {@link head}; above it the newest set known. */
  setAt(height: number): ValidatorSet {
    const epoch = Math.floor((Math.max(1, height) - 1) / this.#epochLength);
    return this.#sets[Math.min(epoch, this.#sets.length - 1)] as ValidatorSet;
  }

  /** Height of the block that the newest accepted Ready of a key names; 0 without one. */
  readyAt(key: Address): number {
    return this.#readyAt.get(key) ?? 0;
  }

  proposal(change: number, subject: Address): OpenProposal | undefined {
    const next = this.#head.number + 1;
    return this.#open.find(
      (open) => open.change === change && open.subject === subject && next < open.expiresAtBlock,
    );
  }

  /** An honest node finalized this block; of each height the first counts, all are the same (F1). */
  finalized({ number, hash }: Pick<Header, "number" | "hash">, logs: readonly Log[]): void {
    if (number !== this.#head.number + 1) return;
    this.#head = { number, hash };
    for (const { address, topics, data } of logs) {
      if (address !== PREDEPLOYS.validatorSet) continue;
      const event = VALIDATOR_SET.parseLog({ topics, data });
      if (event !== null) this.#apply(event.name, event.args);
    }
    if (number % this.#epochLength === 0) this.#sets.push([...this.#list].sort());
  }

  #apply(name: string, args: Result): void {
    switch (name) {
      case "Proposed": {
        const { id, change, subject, expiresAtBlock } = args;
        this.#open.push({
          id,
          change: Number(change),
          subject: lower(subject),
          expiresAtBlock: Number(expiresAtBlock),
          votes: new Set(),
        });
        break;
      }
      case "Voted":
        this.#open.find(({ id }) => id === args.id)?.votes.add(lower(args.consensusKey));
        break;
      case "ReadyPosted":
        this.#readyAt.set(lower(args.candidate), Number(args.blockNumber));
        break;
      case "Rotated":
        this.#list.delete(lower(args.oldKey));
        this.#list.add(lower(args.newKey));
        break;
      case "ValidatorAdded":
        this.#list.add(lower(args.consensusKey));
        this.#open = [];
        break;
      case "ValidatorRemoved":
        this.#list.delete(lower(args.consensusKey));
        this.#open = [];
        break;
    }
  }
}

function lower(address: string): Address {
  return address.toLowerCase() as Address;
}
