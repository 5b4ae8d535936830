import type { Address } from "@causeway/protocol/hex";
import { JsonRpcProvider, Network, type Signer } from "ethers";
import { httpRpc } from "../src/rpc/httpRpc.js";
import type { RpcReader } from "../src/rpc/rpcReader.js";
import { startAnvil } from "./anvil.js";

const L1_CHAIN_ID = 31_337;

/** A real L1 of its own for one test file. */
export interface TestL1 {
  readonly reader: RpcReader;
  signer(index: number): Promise<Signer>;
  address(index: number): Promise<Address>;
  stop(): Promise<void>;
}

export async function startTestL1(): Promise<TestL1> {
  const anvil = await startAnvil();
  const options = { staticNetwork: Network.from(L1_CHAIN_ID), cacheTimeout: -1 };
  const provider = new JsonRpcProvider(anvil.url, L1_CHAIN_ID, options);
  return {
    reader: httpRpc(anvil.url),
    signer: (index) => provider.getSigner(index),
    address: async (index) => (await provider.getSigner(index)).address.toLowerCase() as Address,
    async stop() {
      provider.destroy();
      await anvil.stop();
    },
  };
}

/** A node that answers like another, except where `lie` changes the answer. */
export function lyingReader(honest: RpcReader, lie: (method: string, answer: unknown) => unknown): RpcReader {
  return { send: async (method, params) => lie(method, await honest.send(method, params)) };
}
