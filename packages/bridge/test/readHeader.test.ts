import assert from "node:assert/strict";
import type { BridgeError } from "../src/bridgeError.js";
import type { RpcReader } from "../src/rpc/rpcReader.js";
import { readHeader } from "../src/sidechain/readHeader.js";
import { lyingReader, startTestL1, type TestL1 } from "./testL1.js";

const HASHED_FIELDS = [
  "parentHash",
  "sha3Uncles",
  "miner",
  "stateRoot",
  "transactionsRoot",
  "receiptsRoot",
  "logsBloom",
  "difficulty",
  "number",
  "gasLimit",
  "gasUsed",
  "timestamp",
  "extraData",
  "mixHash",
  "nonce",
  "baseFeePerGas",
  "withdrawalsRoot",
  "blobGasUsed",
  "excessBlobGas",
  "parentBeaconBlockRoot",
  "requestsHash",
];

describe("readHeader", () => {
  let l1: TestL1;

  before(async () => {
    l1 = await startTestL1();
    await l1.reader.send("anvil_mine", ["0x2"]);
  });

  after(() => l1?.stop());

  it("takes a real header, by number and by hash", async () => {
    const header = await readHeader(l1.reader, 2);
    assert.equal(header.number, 2);
    assert.deepEqual(await readHeader(l1.reader, { blockHash: header.hash }), header);
  });

  it("RpcMalformed for a true header of another height than asked", async () => {
    const liar: RpcReader = { send: (method) => l1.reader.send(method, ["0x1", false]) };
    await assert.rejects(readHeader(liar, 2), (error: BridgeError) => error.code === "RpcMalformed");
  });

  for (const field of HASHED_FIELDS) {
    it(`HeaderMismatch when ${field} is not the hashed one`, async () => {
      const liar = lyingReader(l1.reader, (_method, block) => {
        const fields = block as Record<string, string>;
        const value = fields[field] ?? "0x";
        return {
          ...fields,
          [field]: value === "0x" ? "0xff" : `${value.slice(0, -1)}${value.endsWith("1") ? "2" : "1"}`,
        };
      });
      await assert.rejects(readHeader(liar, 2), (error: BridgeError) => error.code === "HeaderMismatch");
    });
  }

  it("HeaderMismatch when another block is served for a hash", async () => {
    const wanted = await readHeader(l1.reader, 1);
    const other = await l1.reader.send("eth_getBlockByNumber", ["0x2", false]);
    const liar = lyingReader(l1.reader, () => other);
    const reading = readHeader(liar, { blockHash: wanted.hash });
    await assert.rejects(reading, (error: BridgeError) => error.code === "HeaderMismatch");
  });

  it("BlockUnknown for a block to come", async () => {
    await assert.rejects(readHeader(l1.reader, 99), (error: BridgeError) => error.code === "BlockUnknown");
  });

  for (const value of [7, null, "0x1g", "31", { deep: true }]) {
    it(`RpcMalformed when the number is ${JSON.stringify(value)}`, async () => {
      const liar = lyingReader(l1.reader, (_method, block) => ({ ...(block as object), number: value }));
      await assert.rejects(readHeader(liar, 2), (error: BridgeError) => error.code === "RpcMalformed");
    });
  }
});
