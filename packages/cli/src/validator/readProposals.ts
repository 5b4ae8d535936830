import { VALIDATOR_SET } from "@causeway/bridge/contractInterfaces";
import { callContract, callUint } from "@causeway/bridge/rpc/callContract";
import type { RpcReader } from "@causeway/bridge/rpc/rpcReader";
import type { Address } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";

/** What can be voted on, in the order of ValidatorSet's enum `Change`. */
export const CHANGES = ["add", "remove", "add-attester", "remove-attester"] as const;
export type Change = (typeof CHANGES)[number];

/** A proposal that can still be executed. */
export interface Proposal {
  readonly id: number;
  readonly change: Change;
  /** Consensus key or attester. */
  readonly subject: Address;
  /** Operator of the key that would be added, null otherwise. */
  readonly operator: Address | null;
  readonly proposer: Address;
  readonly expiresAtBlock: number;
  /** Consensus keys of the list whose operators voted. */
  readonly votes: readonly Address[];
  /** Block that the candidate's newest Ready names, 0 without one. */
  readonly readyAt: number;
}

/** Proposals looked at, newest first; open ones are among the newest. */
const PROPOSALS_MAX = 256;

/** Open proposals at a block, oldest first. */
export async function readProposals(rpc: RpcReader, block: number): Promise<readonly Proposal[]> {
  const count = Number(
    await callUint(rpc, PREDEPLOYS.validatorSet, VALIDATOR_SET, "proposalCount", [], block),
  );
  const found: Proposal[] = [];
  for (let id = count - 1; id >= Math.max(0, count - PROPOSALS_MAX); id--) {
    const { proposal, open } = await readProposal(rpc, id, block);
    if (proposal.expiresAtBlock < block) break;
    if (open) found.unshift(proposal);
  }
  return found;
}

/** One proposal, open or not. @throws {BridgeError} RpcRefused when there is none of this id. */
export async function readProposal(
  rpc: RpcReader,
  id: number,
  block: number | "latest",
): Promise<{ readonly proposal: Proposal; readonly open: boolean; readonly executed: boolean }> {
  const call = async (fn: string, ...args: unknown[]) =>
    (await callContract(rpc, PREDEPLOYS.validatorSet, VALIDATOR_SET, fn, args, block))[0];
  const stored = (await call("proposal", id)) as StoredProposal;
  const change = CHANGES[Number(stored.change)];
  if (change === undefined) throw new Error(`proposal ${id} is of an unknown kind ${stored.change}`);
  const proposal: Proposal = {
    id,
    change,
    subject: lower(stored.subject),
    operator: change === "add" ? lower(stored.operator) : null,
    proposer: lower(stored.proposer),
    expiresAtBlock: Number(stored.expiresAtBlock),
    votes: ((await call("votesOf", id)) as string[]).map(lower),
    readyAt: change === "add" ? Number(await call("readyAt", stored.subject)) : 0,
  };
  return { proposal, open: (await call("isOpen", id)) as boolean, executed: stored.executed };
}

/** As ethers decodes the contract's struct. */
interface StoredProposal {
  readonly change: bigint;
  readonly subject: string;
  readonly operator: string;
  readonly proposer: string;
  readonly expiresAtBlock: bigint;
  readonly executed: boolean;
}

function lower(address: string): Address {
  return address.toLowerCase() as Address;
}
