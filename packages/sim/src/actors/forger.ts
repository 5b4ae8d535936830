import { mixHash } from "@causeway/chain/rules/causeway/mixHash";
import type { Block } from "@causeway/protocol/block";
import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import { modelHash } from "../model/modelTransaction.js";
import type { MakeActor } from "./actor.js";
import { blockWith, blockWithWithdrawal } from "./blockWith.js";

/** A time no clock of an honest validator is near (C13), in seconds. */
const FAR_AHEAD_SECONDS = 45;

/** Later than the block it stands for, and none of the blocks of other actors: an honest validator may vote for those. */
const STAND_IN_SECONDS = 2;

/** Proposes blocks that break a rule, the same to everybody, and votes for them; puts others in the place of prepared ones (C5). */
export const forger: MakeActor = ({ key, sign, random, invalid, acted }) => {
  const forged = new Map<string, Block>();
  /** Blocks that no honest validator may ever vote for. */
  const broken: readonly ((block: Block) => Block)[] = [
    (block) => blockWith(block, { stateRoot: modelHash("forged", block.hash) }),
    (block) => blockWith(block, { extraData: modelHash("forged", block.hash) }),
    (block) => blockWith(block, { mixHash: mixHash(block.parentHash, `0x${"ee".repeat(20)}`) }),
    (block) => blockWithWithdrawal(block, key),
  ];
  /** Blocks that become good with time, or may be some other validator's. */
  const doubtful: readonly ((block: Block) => Block)[] = [
    (block) => blockWith(block, { timestamp: block.timestamp + FAR_AHEAD_SECONDS }),
    (block) => blockWith(block, { timestamp: block.timestamp - 1 }),
  ];

  function forgeryOf(block: Block, isPrepared: boolean): Block {
    const known = forged.get(block.hash);
    if (known !== undefined) return known;
    const forgery = forge(block, isPrepared);
    if (forged.size > 64) forged.clear();
    forged.set(block.hash, forgery);
    return forgery;
  }

  function forge(block: Block, isPrepared: boolean): Block {
    if (!isPrepared && random.chance(0.5)) return random.pick(doubtful)(block);
    const forgery = isPrepared
      ? blockWith(block, { timestamp: block.timestamp + STAND_IN_SECONDS })
      : random.pick(broken)(block);
    invalid(forgery.hash);
    return forgery;
  }

  return {
    outgoing(message): readonly ConsensusMessage[] {
      if (message.author !== key) return [message];
      if (message.kind === "proposal") {
        acted();
        const block = forgeryOf(message.block, message.prepares.length > 0);
        const payload = { ...message.payload, blockHash: block.hash };
        return [{ ...message, block, payload, signature: sign({ kind: "proposal", payload }) }];
      }
      if (message.kind === "round-change") return [message];
      const block = forged.get(message.payload.blockHash);
      if (block === undefined) return [message];
      const { hash: blockHash, timestamp, stateRoot } = block;
      if (message.kind === "prepare") {
        const payload = { ...message.payload, blockHash };
        return [{ ...message, payload, signature: sign({ kind: "prepare", payload }) }];
      }
      const payload = { ...message.payload, blockHash, timestamp, stateRoot };
      return [{ ...message, payload, signature: sign({ kind: "commit", payload }) }];
    },
  };
};
