import type { Evidence } from "@causeway/consensus/evidence";
import type { Checkpoint } from "@causeway/protocol/checkpoint";
import {
  type Authored,
  consensusDigest,
  type RoundChangePayload,
  type SigningPayload,
} from "@causeway/protocol/consensusMessage";
import { type Address, type Hash, ZERO_HASH } from "@causeway/protocol/hex";
import type { VoteDomain } from "@causeway/protocol/voteDomain";
import type { KeyRing } from "../../src/signer/keyRing.js";

export const EVIDENCE_KINDS: readonly Evidence["kind"][] = [
  "double-proposal",
  "double-prepare",
  "double-commit",
  "double-round-change",
  "forgotten-commit",
];

const OTHER_HASH: Hash = `0x${"0e".repeat(32)}`;

/** Two votes of one validator that contradict each other in the given way, really signed. */
export function equivocation(
  kind: Evidence["kind"],
  ring: KeyRing,
  domain: VoteDomain,
  height = 1,
): Evidence {
  const validator = ring.addresses[0] as Address;
  const signed = <P>(signing: SigningPayload & { payload: P }): Authored<P> => ({
    payload: signing.payload,
    author: validator,
    signature: ring.sign(validator, consensusDigest(domain, signing)),
  });
  const vote = (type: "proposal" | "prepare", blockHash: Hash) =>
    signed({ kind: type, payload: { height, round: 0, blockHash } });
  const commit = (blockHash: Hash) => signed({ kind: "commit", payload: checkpoint(height, blockHash) });
  const roundChange = (prepared: RoundChangePayload["prepared"]) =>
    signed({ kind: "round-change", payload: { height, round: 3, prepared } });
  const of = { validator, height };
  switch (kind) {
    case "double-proposal":
      return { ...of, kind, first: vote("proposal", ZERO_HASH), second: vote("proposal", OTHER_HASH) };
    case "double-prepare":
      return { ...of, kind, first: vote("prepare", ZERO_HASH), second: vote("prepare", OTHER_HASH) };
    case "double-commit":
      return { ...of, kind, first: commit(ZERO_HASH), second: commit(OTHER_HASH) };
    case "double-round-change":
      return {
        ...of,
        kind,
        first: roundChange(null),
        second: roundChange({ round: 1, blockHash: OTHER_HASH }),
      };
    case "forgotten-commit":
      return { ...of, kind, first: commit(ZERO_HASH), second: roundChange(null) };
  }
}

function checkpoint(height: number, blockHash: Hash): Checkpoint {
  return {
    ...{ height, round: 0, timestamp: 1_000 + height, blockHash, stateRoot: ZERO_HASH },
    ...{ outboxRoot: ZERO_HASH, outboxCount: 0, inboxAcc: ZERO_HASH, inboxCount: 0 },
    ...{ validatorSetHash: ZERO_HASH, nextValidatorSetHash: ZERO_HASH },
  };
}
