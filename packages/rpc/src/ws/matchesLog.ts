import type { Log } from "@causeway/chain/chainReader";
import type { LogCriteria } from "../params/logCriteria.js";

/** Whether addresses and topics of the criteria select the log; subscriptions have no range. */
export function matchesLog({ addresses, topics }: LogCriteria, log: Log): boolean {
  if (addresses.length > 0 && !addresses.includes(log.address)) return false;
  return topics.every((alternatives, position) => {
    const topic = log.topics[position];
    return topic !== undefined && (alternatives === null || alternatives.includes(topic));
  });
}
