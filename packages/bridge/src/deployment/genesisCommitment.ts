import type { Checkpoint } from "@causeway/protocol/checkpoint";
import { type Genesis, genesisValidators } from "@causeway/protocol/genesis";
import { type Hash, ZERO_HASH } from "@causeway/protocol/hex";
import { EMPTY_ROOT } from "@causeway/protocol/merkleTree";
import { validatorSetHash } from "@causeway/protocol/validatorSet";

/** A genesis file with what only executing it tells. */
export interface GenesisCommitment {
  readonly genesis: Genesis;
  readonly genesisHash: Hash;
  readonly genesisStateRoot: Hash;
}

/** Checkpoint 0, which SidechainView's constructor appends (B5). */
export function genesisCheckpoint({ genesis, genesisHash, genesisStateRoot }: GenesisCommitment): Checkpoint {
  const setHash = validatorSetHash(genesisValidators(genesis));
  return {
    height: 0,
    round: 0,
    timestamp: Number(genesis.timestamp),
    blockHash: genesisHash,
    stateRoot: genesisStateRoot,
    outboxRoot: EMPTY_ROOT,
    outboxCount: 0,
    inboxAcc: ZERO_HASH,
    inboxCount: 0,
    validatorSetHash: setHash,
    nextValidatorSetHash: setHash,
  };
}
