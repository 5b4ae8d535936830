import { fromHex, type Hex } from "@causeway/protocol/hex";
import { RLP } from "@ethereumjs/rlp";
import { concat, keccak256, type TransactionRequest, type Wallet } from "ethers";
import { integerBytes } from "../../src/codec/integerBytes.js";
import { CHAIN_ID } from "./genesisInput.js";

const GWEI = 10n ** 9n;

/** A signed type-2 transfer of nothing unless the request says otherwise. */
export async function signed(from: Wallet, request: TransactionRequest): Promise<Uint8Array> {
  const legacyFee = request.gasPrice !== undefined;
  const raw = await from.signTransaction({
    type: legacyFee ? 0 : 2,
    chainId: CHAIN_ID,
    gasLimit: 21_000n,
    ...(legacyFee ? {} : { maxFeePerGas: 3n * GWEI, maxPriorityFeePerGas: GWEI }),
    ...request,
  });
  return fromHex(raw as Hex);
}

/** Contracts in a few bytes, as creation code. */
export const CREATION_CODE = {
  /** sstore(calldata word 0, calldata word 1) */
  store: deployer("6020356000355500"),
  /** Runs until its gas is gone. */
  loop: deployer("5b600056"),
  /** create2 of its calldata with salt 0. */
  factory: deployer("36600060003760003660006000f55000"),
  /** log1(calldata[0:32], topic = caller), returns 42 */
  log: deployer("602060006000373360206000a1602a60005260206000f3"),
  /** revert(calldata) */
  revert: deployer("366000600037366000fd"),
  /** Stores 1 in slot 0 and destroys itself while being created. */
  selfDestruct: "0x600160005533ff" as Hex,
} as const;

function deployer(runtime: string): Hex {
  const size = (runtime.length / 2).toString(16).padStart(2, "0");
  return `0x60${size}80600b6000396000f3${runtime}`;
}

export const word = (value: bigint | number): string => BigInt(value).toString(16).padStart(64, "0");

/** A type-2 transaction whose tip exceeds its fee cap, which ethers would not sign. */
export function tipAboveCap(from: Wallet): Uint8Array {
  const [nonce, tip, cap, gas] = [0n, 2n * GWEI, GWEI, 21_000n].map(integerBytes);
  const fields = [
    integerBytes(BigInt(CHAIN_ID)),
    nonce,
    tip,
    cap,
    gas,
    fromHex(from.address as Hex),
    "",
    "",
    [],
  ];
  const { yParity, r, s } = from.signingKey.sign(
    keccak256(concat(["0x02", RLP.encode(fields as Uint8Array[])])),
  );
  const signature = [integerBytes(BigInt(yParity)), r, s];
  return fromHex(concat(["0x02", RLP.encode([...fields, ...signature] as Uint8Array[])]) as Hex);
}
