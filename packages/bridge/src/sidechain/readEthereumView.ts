import type { Address, Hash } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import { ETHEREUM_VIEW, VALIDATOR_SET } from "../contractInterfaces.js";
import { callContract, callUint } from "../rpc/callContract.js";
import { readLogs } from "../rpc/findLog.js";
import type { BlockTag, RpcReader } from "../rpc/rpcReader.js";

/** What an attester votes for (B7). */
export interface L1Observation {
  readonly blockNumber: number;
  readonly blockHash: Hash;
  readonly outboxRoot: Hash;
  readonly outboxCount: number;
}

/** A vote on chain. `votes` counts equal ones up to and including this. */
export interface AttesterVote extends L1Observation {
  readonly attester: Address;
  readonly votes: number;
}

/** The newest observation EthereumView accepted; all zero before the first. */
export async function readAcceptedObservation(
  sidechain: RpcReader,
  at: BlockTag = "latest",
): Promise<L1Observation> {
  const [blockNumber, outboxCount, blockHash, outboxRoot] = await callContract(
    sidechain,
    PREDEPLOYS.ethereumView,
    ETHEREUM_VIEW,
    "accepted",
    [],
    at,
  );
  return {
    blockNumber: Number(blockNumber),
    outboxCount: Number(outboxCount),
    blockHash: blockHash as Hash,
    outboxRoot: outboxRoot as Hash,
  };
}

/** Distance of L1 blocks that may be voted on, in blocks. */
export async function readAttestInterval(sidechain: RpcReader): Promise<number> {
  return Number(await callUint(sidechain, PREDEPLOYS.ethereumView, ETHEREUM_VIEW, "ATTEST_INTERVAL"));
}

/** The registered attesters, ascending. */
export async function readAttesters(sidechain: RpcReader): Promise<Address[]> {
  const [attesters] = await callContract(sidechain, PREDEPLOYS.validatorSet, VALIDATOR_SET, "attesters");
  return (attesters as string[]).map((a) => a.toLowerCase() as Address);
}

/** keccak256 of the observation an attester voted for on an L1 block, zero when it has not. */
export async function readVoteOf(
  sidechain: RpcReader,
  attester: Address,
  blockNumber: number,
): Promise<Hash> {
  const [vote] = await callContract(sidechain, PREDEPLOYS.ethereumView, ETHEREUM_VIEW, "voteOf", [
    attester,
    blockNumber,
  ]);
  return vote as Hash;
}

/**
 * Votes cast in a range of sidechain blocks, in order. A node that leaves some out can delay a vote, not falsify one:
 * every voter checks for itself.
 */
export async function readVotes(
  sidechain: RpcReader,
  range: { readonly fromBlock: number; readonly toBlock: number },
): Promise<AttesterVote[]> {
  const filter = {
    address: PREDEPLOYS.ethereumView,
    topics: ETHEREUM_VIEW.encodeFilterTopics("Voted", []),
  };
  const logs = await readLogs(sidechain, filter, range.fromBlock, range.toBlock);
  return logs.map((log) => {
    const event = ETHEREUM_VIEW.decodeEventLog("Voted", log.data, log.topics);
    return {
      blockNumber: Number(event.blockNumber),
      attester: String(event.attester).toLowerCase() as Address,
      blockHash: event.blockHash as Hash,
      outboxRoot: event.outboxRoot as Hash,
      outboxCount: Number(event.outboxCount),
      votes: Number(event.votes),
    };
  });
}
