import { VALIDATOR_SET } from "@causeway/bridge/contractInterfaces";
import { CausewayError } from "@causeway/protocol/errors";
import type { Hex } from "@causeway/protocol/hex";

/** The ValidatorSet contract refused a call; `error` is the name of its custom error. */
export type ValidatorSetRefusal = CausewayError<{ code: "ValidatorSetRefused"; error: string }>;

type Values = Readonly<Record<string, unknown>>;

const LIST = "causeway validator list shows the set and what is open";

/** What each custom error of ValidatorSet says and what to do next (X10). Values are as the contract names them. */
const SENTENCES: Readonly<Record<string, (values: Values) => string>> = {
  NotOperator: ({ caller }) =>
    `account ${caller} operates no validator, and only operators propose and vote (V4): give the keystore of an operator; ${LIST}`,
  NotOperatorOf: ({ consensusKey, caller }) =>
    `account ${caller} does not operate validator ${consensusKey} (V4): its operator must sign this; ${LIST}`,
  NotValidator: ({ consensusKey }) => `${consensusKey} is not in the list of validators; ${LIST}`,
  NotAttester: ({ account }) => `${account} is not an attester; ${LIST}`,
  UnexpectedOperator: ({ operator }) =>
    `only an add names an operator, yet ${operator} was given: leave --operator out`,
  BelowQuorum: ({ votes, need }) =>
    `the proposal has ${votes} of the ${need} votes it needs (V3): more operators must vote`,
  NotReady: ({ candidate, readyAt }) =>
    `candidate ${candidate} ${Number(readyAt) === 0 ? "posted no readiness" : `was last ready at block ${readyAt}, more than an epoch ago`} (V4): post it with causeway validator ready, then try again`,
  RotatedRecently: ({ consensusKey, allowedFromBlock }) =>
    `validator ${consensusKey} rotated a short time ago; it may again from block ${allowedFromBlock}`,
  UnknownProposal: ({ id, count }) =>
    `there is no proposal ${id}${Number(count) === 0 ? ", none was made yet" : `; the newest is ${Number(count) - 1}`}; ${LIST}`,
  ProposalClosed: ({ id }) =>
    `proposal ${id} is closed: it was executed, has expired, or the set changed since (V3); propose it again if it is still wanted`,
  AlreadyProposed: ({ id }) => `the same is proposed already: vote for it with causeway validator vote ${id}`,
  TooManyOpenProposals: ({ operator, max }) =>
    `operator ${operator} has ${max} open proposals, the most there may be; wait until one is executed or expires`,
  AlreadyVoted: ({ id, operator }) =>
    `operator ${operator} has voted for proposal ${id} already, with all its validators; the other operators must vote`,
  ReservedAddress: ({ account }) => `${account} is zero or a system address: nobody holds its key`,
  IsConsensusKey: ({ account }) =>
    `${account} is a validator's consensus key already; an account has one role (V4)`,
  IsOperator: ({ account }) => `${account} is an operator's account; an account has one role (V4)`,
  IsAttester: ({ account }) => `${account} is an attester; an account has one role (V4)`,
  ChurnExhausted: ({ bound }) =>
    `this epoch has had all the ${bound} change(s) it may have (V3, max(1, f)); try again after the next epoch has begun, causeway validator list shows when`,
  BlockHashUnknown: ({ blockNumber, currentBlock }) =>
    `the readiness names block ${blockNumber}, at block ${currentBlock} more than 256 blocks ago (V4): sign a new one`,
  ReadyOutdated: ({ candidate, blockNumber, earliest }) =>
    `the readiness of ${candidate} names block ${blockNumber}, it must name block ${earliest} or a later one (V4): sign a new one`,
  ReadyNotSigned: ({ candidate }) =>
    `the readiness is not signed by ${candidate} for this chain (V4): sign a new one with this key, against a node of this chain`,
  SetSizeOutOfRange: ({ size, min, max }) =>
    `the list would have ${size} entries, it must have ${min} to ${max} (V2): ${Number(size) < Number(min) ? "add a successor first" : "remove another first"}`,
};

/** The error a person reads for revert data of ValidatorSet. */
export function refusalOf(data: Hex, cause: unknown): ValidatorSetRefusal {
  const decoded = data === "0x" ? null : VALIDATOR_SET.parseError(data);
  const name = decoded?.name ?? "unknown";
  const values = named(decoded?.args.toObject() ?? {});
  const sentence = SENTENCES[name]?.(values) ?? `${name} ${JSON.stringify(values)} (revert data ${data})`;
  return new CausewayError(
    { code: "ValidatorSetRefused", error: name },
    `ValidatorSet refuses: ${sentence}`,
    { cause },
  );
}

function named(values: Values): Values {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value).toLowerCase()]));
}
