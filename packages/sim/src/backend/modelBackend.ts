import type { Address } from "@causeway/protocol/hex";
import { fastRecover, fastSigner } from "../model/fastSigner.js";
import { openModelChain } from "../model/modelChain.js";
import { modelGenesis, modelGenesisHeader } from "../model/modelGenesis.js";
import { ModelStore } from "../model/modelStore.js";
import { modelHash, modelTransaction } from "../model/modelTransaction.js";
import { type Knobs, keysOf } from "../run/knobs.js";
import type { ChainBackend } from "./chainBackend.js";
import { storageOver } from "./chainStorage.js";
import { directPath } from "./messagePath.js";

/** Real blocks and header rules, execution that is a hash, signatures that cost a comparison. */
export function modelBackend(knobs: Knobs): ChainBackend {
  const { requestTimeoutMs, maxRequestTimeoutMs, emptyBlockPeriodSeconds, epochLength, sets } = knobs;
  const keys = keysOf(knobs);
  const first = (sets[0] as readonly number[]).map((index) => keys[index] as Address);
  const spec = { requestTimeoutMs, maxRequestTimeoutMs, emptyBlockPeriodSeconds, epochLength };
  const genesis = modelGenesis(spec, first);
  const genesisHeader = modelGenesisHeader(genesis);
  const firstBlock = {
    header: genesisHeader,
    bytes: new Uint8Array(),
    transactions: [],
    certificate: null,
    validators: first,
    nextValidators: first,
  };
  return {
    genesis,
    genesisHeader,
    keys,
    recover: fastRecover,
    signer: (index) => fastSigner([keys[index] as Address]),
    createStore() {
      const store = new ModelStore(firstBlock);
      return storageOver(store.unsynced, async (world) => openModelChain({ genesis, store, ...world }));
    },
    createContract: () => null,
    transaction: modelTransaction,
    transactionHash: (raw) => modelHash("transaction", raw),
    createPath: () => directPath,
  };
}
