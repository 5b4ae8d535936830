import { initialState, type State } from "@causeway/consensus/state";
import { consensusDigest } from "@causeway/protocol/consensusMessage";
import type { VoteDomain } from "@causeway/protocol/voteDomain";
import { leaveOverriddenSet, type ResumedRecord } from "../record/leaveOverriddenSet.js";
import type { RecordBook } from "../record/recordBook.js";
import type { NodeMaterial } from "./nodeMaterial.js";

/** The core's first state: the record's entries above the head are what it resumes from (W3). */
export function resumedState(
  material: NodeMaterial,
  records: RecordBook,
  domain: VoteDomain,
  startedAtMs: number,
): State {
  const { genesis, signer } = material;
  const { blockPeriodSeconds, emptyBlockPeriodSeconds, requestTimeoutMs, maxRequestTimeoutMs } =
    genesis.config.causeway;
  const { entries, silent } = resumedEntries(material, records, domain);
  return initialState(
    {
      blockPeriodSeconds,
      emptyBlockPeriodSeconds,
      requestTimeoutMs,
      maxRequestTimeoutMs,
      keys: signer.addresses,
      keysWithoutRecord: [...records.keysWithoutRecord, ...silent],
      startedAtSeconds: Math.floor(startedAtMs / 1_000),
    },
    entries,
  );
}

/** Entries above the head; where an override begins, those that the new set may hear of (V6). */
function resumedEntries(
  { chain, ports, log }: NodeMaterial,
  records: RecordBook,
  domain: VoteDomain,
): Pick<ResumedRecord, "entries" | "silent"> {
  const { height } = chain.execution.head();
  const above = records.entries.filter(({ signing }) => signing.payload.height > height);
  const { entries, roundChanges, silent } = leaveOverriddenSet(above, domain, ports.recover);
  for (const key of silent) {
    log.error(
      { key, rule: "V6" },
      "not signing at the height of the override: the key committed to a block there before, under the same set. Only an override that names other validators makes that vote void",
    );
  }
  const signed = roundChanges.flatMap(({ author, signing }) => {
    const wanted = { author, signing, block: null, prepares: [] };
    return records.sign(wanted, () => consensusDigest(domain, signing)) ?? [];
  });
  return { entries: [...entries, ...signed], silent };
}
