import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Hex } from "@causeway/protocol/hex";
import type { CustomCrypto } from "@ethereumjs/common";
import { keccak256 as slowKeccak256 } from "ethers";
import { fromHex } from "../codec/hex.js";
import type { Logger } from "../logger.js";

const require = createRequire(import.meta.url);

interface Secp256k1 {
  ecdsaRecover(signature: Uint8Array, recid: number, hash: Uint8Array, compressed: boolean): Uint8Array;
}
/** The sponge behind the keccak package's streams, which cost more than the hash. */
interface Sponge {
  initialize(rate: number, capacity: number): void;
  absorb(data: Uint8Array): void;
  squeeze(length: number): Uint8Array;
}
const RATE_BITS = 1_088;
const CAPACITY_BITS = 512;
const HASH_BYTES = 32;

/** A module's native binding, or its own slower JavaScript when the binary does not load on this machine. */
function load<T>(binding: string, fallback: string): { module: T; native: boolean } {
  try {
    return { module: require(binding) as T, native: true };
  } catch {
    return { module: require(fallback) as T, native: false };
  }
}

const secp256k1 = load<Secp256k1>("secp256k1/bindings.js", "secp256k1/elliptic.js");
const sponge = loadSponge();

function loadSponge(): Sponge | null {
  try {
    const directory = dirname(require.resolve("keccak/package.json"));
    const loadBinding = createRequire(join(directory, "package.json"))("node-gyp-build");
    return new (loadBinding(directory))() as Sponge;
  } catch {
    return null;
  }
}

/** Which hot primitives run as native code: sender recovery is twenty times slower without. */
export const nativeCryptoLoaded = { secp256k1: secp256k1.native, keccak: sponge !== null } as const;

/** Says loudly when a node would run on the slow fallbacks. */
export function reportCrypto(log: Logger): void {
  const missing = Object.entries(nativeCryptoLoaded)
    .filter(([, loaded]) => !loaded)
    .map(([name]) => name);
  if (missing.length > 0) {
    log.error({ missing }, "native crypto did not load: this node will be many times slower than the others");
  }
}

/** The result owns its buffer: the library's Bloom reads `result.buffer` from offset 0. */
export function keccak256(data: Uint8Array): Uint8Array {
  if (sponge === null) return fromHex(slowKeccak256(data) as Hex);
  sponge.initialize(RATE_BITS, CAPACITY_BITS);
  sponge.absorb(data);
  return new Uint8Array(sponge.squeeze(HASH_BYTES));
}

/** @returns the 64-byte public key; throws when the signature recovers to nobody. */
function ecrecover(hash: Uint8Array, v: bigint, r: Uint8Array, s: Uint8Array, chainId?: bigint): Uint8Array {
  const signature = new Uint8Array(64);
  signature.set(r, 32 - r.length);
  signature.set(s, 64 - s.length);
  const recid = Number(recoveryId(v, chainId));
  return new Uint8Array(secp256k1.module.ecdsaRecover(signature, recid, hash, false).subarray(1));
}

/** v of typed transactions is 0 or 1, of legacy 27 or 28, of EIP-155 35 or 36 + 2 chainId. */
function recoveryId(v: bigint, chainId?: bigint): bigint {
  if (v === 0n || v === 1n) return v;
  return chainId === undefined ? v - 27n : v - (chainId * 2n + 35n);
}

export const nativeCrypto = { keccak256, ecrecover } satisfies CustomCrypto;
