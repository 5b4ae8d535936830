import {
  type BridgeConfig,
  configHash,
  DEFAULT_CAUSEWAY_CONFIG,
  type Genesis,
} from "@causeway/protocol/genesis";
import { type Address, type Hash, type Hex, ZERO_ADDRESS } from "@causeway/protocol/hex";
import { MINT_BALANCE_WEI, PREDEPLOYS } from "@causeway/protocol/predeploys";
import { validatorSetHash } from "@causeway/protocol/validatorSet";
import { keccak256, parseEther, toBeHex, zeroPadValue } from "ethers";
import type { GenesisCommitment } from "../src/deployment/genesisCommitment.js";

const VALIDATORS: readonly Address[] = [1, 2, 3, 4].map((i) => `0x${String(i).repeat(40)}` as Address);

/** Wei outside Mint. */
export const BACKING_WEI = parseEther("12");

/** What deployment needs of a genesis: config, validators, balances. */
export function testCommitment(bridge: BridgeConfig | null): GenesisCommitment {
  const causeway = { ...DEFAULT_CAUSEWAY_CONFIG, bridge };
  const base = BigInt(keccak256(toBeHex(0, 32)));
  const storage: Record<string, Hex> = { [toBeHex(0, 32)]: toBeHex(VALIDATORS.length, 32) as Hex };
  for (const [i, validator] of VALIDATORS.entries()) {
    storage[toBeHex(base + BigInt(i), 32)] = zeroPadValue(validator, 32) as Hex;
  }
  const genesis: Genesis = {
    config: { chainId: 73_311, depositContractAddress: ZERO_ADDRESS, blobSchedule: {}, causeway },
    nonce: 0n,
    timestamp: 1_700_000_000n,
    extraData: validatorSetHash(VALIDATORS),
    gasLimit: 30_000_000n,
    difficulty: 0n,
    mixHash: configHash(causeway),
    coinbase: ZERO_ADDRESS,
    baseFeePerGas: 1_000_000_000n,
    alloc: {
      [PREDEPLOYS.validatorSet]: { balance: 0n, storage },
      [PREDEPLOYS.mint]: { balance: MINT_BALANCE_WEI },
      [`0x${"ab".repeat(20)}`]: { balance: BACKING_WEI - 1n },
      [`0x${"cd".repeat(20)}`]: { balance: 1n },
    },
  };
  return {
    genesis,
    genesisHash: keccak256("0x01") as Hash,
    genesisStateRoot: keccak256("0x02") as Hash,
  };
}
