import { encodeBlock } from "@causeway/chain/codec/block";
import type { Transaction } from "@causeway/chain/types/transaction";
import { type Block, decodeBlock } from "@causeway/protocol/block";
import { ZERO_ADDRESS } from "@causeway/protocol/hex";
import { encodeRlp, getBytes } from "ethers";
import { modelGenesis, modelGenesisHeader } from "../../src/model/modelGenesis.js";

/** A block with a transaction of so many bytes; each timestamp makes another. */
export function largeBlock(bytes: number, timestamp: number): Block {
  const fields = [
    ...["0x01", "0x01", "0x5208", ZERO_ADDRESS, "0x", new Uint8Array(bytes), "0x1b", "0x01", "0x01"],
  ];
  const transactions = [{ raw: getBytes(encodeRlp(fields)) }] as unknown as readonly Transaction[];
  return decodeBlock(encodeBlock({ ...modelGenesisHeader(modelGenesis({}, [])), timestamp }, transactions));
}
