import type { CausewayConfig } from "@causeway/protocol/genesis";
import { overrides } from "@causeway/protocol/validatorOverride";
import { validatorSetHash } from "@causeway/protocol/validatorSet";
import { chainError } from "../chainError.js";
import type { ChainStore } from "../store/chainStore.js";
import { validatorsAt } from "./validatorsAt.js";

/**
 * V6: a chain that went another way than the chain spec's overrides say is not opened with them.
 * @throws ChainError "V6.parentHash" when the block under an override is another one here, "V6.validators" when blocks
 * here were sealed by another set than the chain spec gives.
 */
export async function checkOverrides(
  store: Pick<ChainStore, "headNumber" | "header" | "hash" | "validators">,
  spec: CausewayConfig,
): Promise<void> {
  for (const { height, parentHash } of overrides(spec)) {
    const below = await store.hash(height - 1);
    if (below !== null && below !== parentHash) {
      throw chainError(
        "V6.parentHash",
        `config.causeway.override at height ${height} goes on from block ${height - 1} ${parentHash}, but this node holds ${below} there: the override is not applied. Correct the genesis file, or start with an empty data directory if the others are right (V6)`,
      );
    }
    if (store.headNumber >= height) await checkSealedBy(height, store, spec);
  }
  if (store.headNumber > 0) await checkSealedBy(store.headNumber, store, spec);
}

async function checkSealedBy(
  height: number,
  store: Pick<ChainStore, "header" | "hash" | "validators">,
  spec: CausewayConfig,
): Promise<void> {
  // Older than what a snapshot brought: the snapshot was checked against the override.
  if ((await store.hash(height)) === null) return;
  const set = validatorsAt(height, store, spec);
  const header = await store.header(height);
  if (set === null || header === null || header.extraData === validatorSetHash(set)) return;
  throw chainError(
    "V6.validators",
    `block ${height} here was sealed by the set ${header.extraData}, but by the chain spec it is ${validatorSetHash(set)}: was config.causeway.override added too late, changed or removed? Use the genesis file of the network this data directory belongs to (V6)`,
  );
}
