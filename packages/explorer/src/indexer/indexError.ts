import { CausewayError } from "@causeway/protocol/errors";

/** What the chain or the data directory contradicts; the follower stops and a person must look. */
export type IndexContradiction = CausewayError<
  /** The database belongs to another chain. */
  | { code: "WrongChain"; have: string; got: string }
  /** The node's answers do not fit each other, the index, or the rules. */
  | { code: "Contradiction"; rule: string; height: number }
>;

export function contradiction(rule: string, height: number, message: string): IndexContradiction {
  return new CausewayError({ code: "Contradiction", rule, height }, `block ${height}: ${message} (${rule})`);
}
