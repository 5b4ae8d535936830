import type { CausewayConfig } from "@causeway/protocol/genesis";
import { overrideAt } from "@causeway/protocol/validatorOverride";
import type { Header } from "../chainReader.js";
import type { Engine, StorageWrites } from "../engine/engine.js";
import { validatorListWrites } from "./validatorListWrites.js";

/** V6: where an override takes effect, its list is in ValidatorSet's storage before anything runs; null elsewhere. */
export async function irregularWrites(
  engine: Engine,
  spec: CausewayConfig,
  parent: Header,
  number: number,
): Promise<StorageWrites | null> {
  const override = overrideAt(spec, number);
  return override === null ? null : validatorListWrites(engine.state(parent.stateRoot), override);
}
