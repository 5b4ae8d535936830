import type { Address, Hash, Hex } from "@causeway/protocol/hex";

export interface Account {
  readonly balance: bigint;
  readonly nonce: bigint;
  readonly codeHash: Hash;
  readonly storageHash: Hash;
}

export interface AccountProof extends Account {
  readonly address: Address;
  readonly accountProof: readonly Hex[];
  readonly storageProof: readonly {
    readonly key: Hex;
    readonly value: bigint;
    readonly proof: readonly Hex[];
  }[];
}
