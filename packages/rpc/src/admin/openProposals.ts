import type { Address } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import { Interface, type Result } from "ethers";
import { serverError } from "../rpcError.js";
import type { AdminContext } from "./adminMethod.js";

/** The part of ValidatorSet that tells of proposals. */
const VALIDATOR_SET = new Interface([
  "function proposalCount() view returns (uint256)",
  "function proposal(uint256 id) view returns (tuple(uint8 change, address subject, address operator, address proposer, uint64 startBlock, uint64 expiresAtBlock, uint64 votes, bool executed))",
  "function isOpen(uint256 id) view returns (bool)",
  "function votesOf(uint256 id) view returns (address[])",
  "function readyAt(address candidate) view returns (uint256)",
]);
/** What can be voted on, in the order of the contract's enum `Change`. */
const CHANGES = ["add", "remove", "add-attester", "remove-attester"] as const;
/** Proposals looked at, newest first: one that is older has expired. */
const PROPOSALS_MAX = 256;

export type OpenProposal = {
  readonly id: number;
  readonly change: (typeof CHANGES)[number] | null;
  /** Consensus key or attester. */
  readonly subject: Address;
  /** Of the key that would be added, null otherwise. */
  readonly operator: Address | null;
  readonly proposer: Address;
  readonly expiresAtBlock: number;
  /** Consensus keys of the list whose operators voted. */
  readonly votes: readonly Address[];
  /** Block that the candidate's newest Ready names, 0 without one. */
  readonly readyAt: number;
};

/** Proposals that can still be executed at the head, oldest first, read from the contract (V3, V4). */
export async function openProposals(context: AdminContext): Promise<readonly OpenProposal[]> {
  const head = context.reader.headNumber();
  const call = (fn: string, ...args: unknown[]) => callValidatorSet(context, head, fn, args);
  const count = Number((await call("proposalCount"))[0]);
  const open: OpenProposal[] = [];
  for (let id = count - 1; id >= Math.max(0, count - PROPOSALS_MAX); id--) {
    await context.scope.step();
    const { change, subject, operator, proposer, expiresAtBlock } = (await call("proposal", id))[0];
    if (Number(expiresAtBlock) < head) break;
    if (!(await call("isOpen", id))[0]) continue;
    const adds = CHANGES[Number(change)] === "add";
    open.unshift({
      id,
      change: CHANGES[Number(change)] ?? null,
      subject: lower(subject),
      operator: adds ? lower(operator) : null,
      proposer: lower(proposer),
      expiresAtBlock: Number(expiresAtBlock),
      votes: ((await call("votesOf", id))[0] as string[]).map(lower),
      readyAt: adds ? Number((await call("readyAt", subject))[0]) : 0,
    });
  }
  return open;
}

async function callValidatorSet(
  { reader, limits, scope }: AdminContext,
  height: number,
  fn: string,
  args: readonly unknown[],
): Promise<Result> {
  const data = VALIDATOR_SET.encodeFunctionData(fn, args) as `0x${string}`;
  const request = { to: PREDEPLOYS.validatorSet, data };
  const { status, returnData, error } = await reader.call(request, height, {
    gasMax: limits.callGasMax,
    signal: scope.signal,
  });
  if (status !== "success") throw serverError(`ValidatorSet.${fn} failed: ${error ?? returnData}`);
  return VALIDATOR_SET.decodeFunctionResult(fn, returnData);
}

function lower(address: string): Address {
  return address.toLowerCase() as Address;
}
