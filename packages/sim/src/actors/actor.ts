import type { CertifiedBlock } from "@causeway/network/networkPort";
import type { Block } from "@causeway/protocol/block";
import type { ConsensusMessage, SigningPayload } from "@causeway/protocol/consensusMessage";
import type { Address, Hash, Signature } from "@causeway/protocol/hex";
import type { ValidatorSet } from "@causeway/protocol/validatorSet";
import type { SeededRandom } from "../time/seededRandom.js";

/** What a byzantine validator has to work with: its own key, and a network like everybody's. */
export interface ActorContext {
  readonly key: Address;
  readonly random: SeededRandom;
  /** Height the validator's own chain is deciding. */
  readonly height: () => number;
  /** S(height). */
  readonly validators: (height: number) => ValidatorSet;
  sign(signing: SigningPayload): Signature;
  /** Nodes it is connected to, by index. */
  peers(): readonly number[];
  send(to: number, message: ConsensusMessage): void;
  /** No honest validator may ever vote for this block. */
  invalid(blockHash: Hash): void;
  /** Something of this actor's kind happened: coverage. */
  acted(): void;
}

/**
 * A validator that misbehaves. It runs the honest code, and the actor stands between that code and the network: it may
 * change, withhold or add what is sent. What it leaves out is done honestly.
 */
export interface Actor {
  /** What goes to a peer in place of one message of the honest code. */
  outgoing?(message: ConsensusMessage, to: number): readonly ConsensusMessage[];
  /** Every message that arrives, before the honest code has it. */
  incoming?(message: ConsensusMessage): void;
  /** Called every second of virtual time. */
  tick?(): void;
  /** The world was healed: from now on the honest ones must go on. */
  healed?(): void;
  /**
   * The honest code has built a block, and proposes it after this.
   * @param buildAt builds another on the same parent, of another time in whole seconds.
   */
  built?(block: Block, buildAt: (timestamp: number) => Promise<Block>): Promise<void>;
  /** What it serves to a peer that syncs. */
  serves?(blocks: readonly CertifiedBlock[]): readonly CertifiedBlock[];
}

export type MakeActor = (context: ActorContext) => Actor;
