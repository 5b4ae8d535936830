import type { Cluster } from "@causeway/devnet/cluster";
import type { RelayerStatus } from "@causeway/relayer/relayerStatus";
import type { StepStatus } from "@causeway/relayer/stepLoop";

/** What the first carrier of a cluster says of its work. */
export async function carrierStatus({ ports }: Cluster): Promise<RelayerStatus> {
  const response = await fetch(`http://127.0.0.1:${ports.relayer[0]}/status`);
  return (await response.json()) as RelayerStatus;
}

/** @throws Error when the carrier has no such step. */
export function stepOf({ steps }: RelayerStatus, name: string): StepStatus {
  const step = steps.find((one) => one.name === name);
  if (step === undefined) throw new Error(`the carrier has no step ${name}`);
  return step;
}
