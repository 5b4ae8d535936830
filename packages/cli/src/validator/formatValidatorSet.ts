import { formatEther } from "ethers";
import type { Proposal } from "./readProposals.js";
import type { ValidatorEntry, ValidatorSetState } from "./readValidatorSet.js";

/** Decimals of a balance: to see whether gas runs out, not to account. */
const ETHER_DECIMALS = 3;

/** The set as a table for people. */
export function formatValidatorSet(state: ValidatorSetState): string {
  const { block, epochLength, nextEpochFrom, votesNeeded, churnLeft, validators, attesters, proposals } =
    state;
  const inForce = validators.filter((entry) => entry.inForce).length;
  return [
    `block ${block}: ${inForce} validators in force; a change needs ${votesNeeded} votes`,
    `epochs of ${epochLength} blocks: what changes now is in force from block ${nextEpochFrom}; ${churnLeft} more ${churnLeft === 1 ? "change" : "changes"} possible until then`,
    "",
    ...table(
      ["validator", "operator", "balance", ""],
      validators.map((entry) => [
        entry.consensusKey,
        entry.operator ?? "",
        entry.operator === null ? "" : ether(entry.operatorBalance),
        standing(entry, nextEpochFrom),
      ]),
    ),
    ...(attesters.length === 0 ? [] : ["", "attesters", ...attesters]),
    "",
    ...(proposals.length === 0
      ? ["no open proposals"]
      : [
          ...table(
            ["proposal", "change", "subject", "votes", "open until", "waits for"],
            proposals.map((proposal) => [
              String(proposal.id),
              proposal.change,
              proposal.subject,
              `${proposal.votes.length}/${votesNeeded}`,
              `block ${proposal.expiresAtBlock - 1}`,
              waitsFor(proposal, state),
            ]),
          ),
        ]),
    "",
  ].join("\n");
}

/** What an open proposal lacks. */
export function waitsFor(
  { id, change, votes, subject, readyAt }: Proposal,
  { block, epochLength, votesNeeded }: Pick<ValidatorSetState, "block" | "epochLength" | "votesNeeded">,
): string {
  const missing = votesNeeded - votes.length;
  const lacks = missing > 0 ? [`${missing} more ${missing === 1 ? "vote" : "votes"}`] : [];
  if (change === "add" && readyAt === 0) lacks.push(`readiness of ${subject}`);
  else if (change === "add" && block + 1 > readyAt + epochLength)
    lacks.push(`new readiness of ${subject}, its last names block ${readyAt}`);
  return lacks.length === 0 ? `causeway validator execute ${id}` : lacks.join(", ");
}

function standing({ inForce, inNextEpoch }: ValidatorEntry, nextEpochFrom: number): string {
  if (inForce && inNextEpoch) return "in force";
  return inNextEpoch ? `joins at block ${nextEpochFrom}` : `leaves at block ${nextEpochFrom}`;
}

function ether(wei: bigint): string {
  const [whole = "0", fraction = ""] = formatEther(wei).split(".");
  return `${whole}.${fraction.slice(0, ETHER_DECIMALS).padEnd(ETHER_DECIMALS, "0")} ETH`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  return [head, ...rows].map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
