import type { RpcReader } from "@causeway/bridge/rpc/rpcReader";
import { readHeader } from "@causeway/bridge/sidechain/readHeader";
import { type Address, isHex, type Signature } from "@causeway/protocol/hex";
import { readyDigest } from "@causeway/protocol/ready";
import type { Wallet } from "ethers";
import { z } from "zod";
import { readConfig } from "../readJson.js";

/** A candidate's word that its node runs (V4), for whoever posts it. */
export interface SignedReady {
  readonly candidate: Address;
  /** Block whose hash is signed; it must be at most 256 blocks old when posted. */
  readonly blockNumber: number;
  readonly signature: Signature;
}

const hex = (bytes: number) =>
  z.custom<Signature>((value) => isHex(value, bytes), `must be ${bytes} bytes of lower-case 0x hex`);

const signedReadySchema = z.strictObject({
  candidate: hex(20),
  blockNumber: z.number().int().nonnegative(),
  signature: hex(65),
});

/** Sign readiness with a consensus key, over the newest block whose hash the next transaction surely sees. */
export async function signReady(rpc: RpcReader, chainId: number, key: Wallet): Promise<SignedReady> {
  const head = Number(await rpc.send("eth_blockNumber", []));
  const blockNumber = Math.max(0, head - 1);
  const { hash } = await readHeader(rpc, blockNumber);
  const candidate = key.address.toLowerCase() as Address;
  const signature = key.signingKey.sign(readyDigest(chainId, { candidate, recentBlockHash: hash }));
  return { candidate, blockNumber, signature: signature.serialized as Signature };
}

/** What `causeway validator ready --print` printed, from a file. @throws ConfigError naming the field. */
export function readSignedReady(path: string): Promise<SignedReady> {
  return readConfig(path, signedReadySchema);
}
