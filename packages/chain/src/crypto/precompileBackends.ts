import { type EVMBLSInterface, type EVMBN254Interface, MCLBLS, RustBN254 } from "@ethereumjs/evm";
import type { KZG } from "@ethereumjs/util";
import mcl from "mcl-wasm";
import { initRustBN } from "rustbn-wasm";
import { kzgVerifier } from "./kzgVerifier.js";

/** WebAssembly behind the costly precompiles: plain JavaScript runs bn254 multiplication at 1.3 Mgas/s (H4). */
export interface PrecompileBackends {
  readonly bls: EVMBLSInterface;
  readonly bn254: EVMBN254Interface;
  /** Without it a call to 0x0a throws instead of failing (H5). */
  readonly kzg: KZG;
}

let loading: Promise<PrecompileBackends> | undefined;

/** Loads the modules once per process. */
export function loadPrecompileBackends(): Promise<PrecompileBackends> {
  loading ??= load();
  return loading;
}

async function load(): Promise<PrecompileBackends> {
  await mcl.init(mcl.BLS12_381);
  return { bls: new MCLBLS(mcl), bn254: new RustBN254(await initRustBN()), kzg: kzgVerifier(mcl) };
}
