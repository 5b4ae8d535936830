import type { RpcReader } from "@causeway/bridge/rpc/rpcReader";
import { waitsFor } from "./formatValidatorSet.js";
import { readProposal } from "./readProposals.js";
import { nextEpochFrom, readValidatorSet } from "./readValidatorSet.js";

/**
 * Tell where a proposal stands after a transaction about it.
 * @param blockNumber of the transaction.
 */
export async function reportProposal(rpc: RpcReader, id: number, blockNumber: number): Promise<string> {
  const state = await readValidatorSet(rpc);
  const { proposal, executed } = await readProposal(rpc, id, state.block);
  const { change, subject, votes, expiresAtBlock } = proposal;
  const what = `proposal ${id}, ${change} ${subject}`;
  if (executed) {
    const from = nextEpochFrom(blockNumber - 1, state.epochLength);
    return `${what}: executed, ${change.endsWith("attester") ? "in force now" : `in force from block ${from}`}\n`;
  }
  return [
    `${what}: ${votes.length} of ${state.votesNeeded} votes, open until block ${expiresAtBlock - 1}`,
    `waits for ${waitsFor(proposal, state)}`,
    ...(votes.length < state.votesNeeded
      ? [`other operators vote with: causeway validator vote ${id} --keystore <operator.json>`]
      : []),
    "",
  ].join("\n");
}
