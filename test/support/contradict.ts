import type { Block } from "@causeway/protocol/block";
import type { CertifiedBlock } from "@causeway/protocol/certifiedBlock";
import type { Checkpoint } from "@causeway/protocol/checkpoint";
import {
  type ConsensusMessage,
  consensusDigest,
  type PreparedClaim,
  type SigningPayload,
} from "@causeway/protocol/consensusMessage";
import type { Address, Hash, Signature } from "@causeway/protocol/hex";
import type { VoteDomain } from "@causeway/protocol/voteDomain";
import type { SigningKey } from "ethers";
import { withField } from "./forgeBlock.js";

/** C15. */
export const CONTRADICTIONS = [
  "double-proposal",
  "double-prepare",
  "double-commit",
  "double-round-change",
  "forgotten-commit",
] as const;

/** A round nobody reaches by himself: what a validator really signed at the height is not among the contradictions. */
const FAR_ROUND = 9;
const OTHER_HASH: Hash = `0x${"0e".repeat(32)}`;

/**
 * Two votes of one validator that contradict each other, as a copied key would sign them.
 * @param like any block and certificate of the chain, whose fields they borrow.
 */
export function contradict(
  kind: (typeof CONTRADICTIONS)[number],
  author: Address,
  key: SigningKey,
  domain: VoteDomain,
  height: number,
  { block, certificate }: CertifiedBlock,
): readonly [ConsensusMessage, ConsensusMessage] {
  const sign = (signing: SigningPayload) =>
    key.sign(consensusDigest(domain, signing)).serialized as Signature;
  const voteFor = (kind: "proposal" | "prepare", blockHash: Hash) => {
    const payload = { height, round: FAR_ROUND, blockHash };
    return { author, payload, signature: sign({ kind, payload }) };
  };
  const prepare = (blockHash: Hash): ConsensusMessage => ({
    kind: "prepare",
    ...voteFor("prepare", blockHash),
  });
  const propose = (proposed: Block): ConsensusMessage => ({
    ...{ kind: "proposal", ...voteFor("proposal", proposed.hash) },
    ...{ block: proposed, roundChanges: [], prepares: [] },
  });
  const commit = (blockHash: Hash): ConsensusMessage => {
    const payload: Checkpoint = { ...certificate.checkpoint, height, round: FAR_ROUND, blockHash };
    return { kind: "commit", author, payload, signature: sign({ kind: "commit", payload }) };
  };
  const roundChange = (prepared: PreparedClaim | null): ConsensusMessage => {
    const payload = { height, round: FAR_ROUND + 1, prepared };
    const signature = sign({ kind: "round-change", payload });
    return { kind: "round-change", author, payload, signature, prepares: [], block: null };
  };
  switch (kind) {
    case "double-proposal":
      return [propose(block), propose(withField(block, "mixHash", OTHER_HASH))];
    case "double-prepare":
      return [prepare(block.hash), prepare(OTHER_HASH)];
    case "double-commit":
      return [commit(block.hash), commit(OTHER_HASH)];
    case "double-round-change":
      return [roundChange(null), roundChange({ round: 1, blockHash: OTHER_HASH })];
    case "forgotten-commit":
      return [commit(block.hash), roundChange(null)];
  }
}
