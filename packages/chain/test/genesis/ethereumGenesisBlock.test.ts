import assert from "node:assert/strict";
import { parseEthereumGenesis } from "@causeway/protocol/ethereumGenesis";
import { ethereumGenesisBlock } from "../../src/genesis/ethereumGenesisBlock.js";

const ADDRESS = "ab".repeat(20);
const GENESIS = { config: { chainId: 1 }, gasLimit: "0x1000000", difficulty: "0x20000" };
const blockOf = (fields: object) => ethereumGenesisBlock(parseEthereumGenesis({ ...GENESIS, ...fields }));

describe("block 0 of plain Ethereum", () => {
  it("has every header field that the file gives, as geth's has", async () => {
    const parentHash = `0x${"11".repeat(32)}`;
    const { header, hash } = await blockOf({ alloc: {}, parentHash, gasUsed: "0x5" });
    assert.deepEqual([header.parentHash, header.gasUsed], [parentHash, 5n]);
    assert.notEqual(hash, (await blockOf({ alloc: {} })).hash);
  });

  it("is the same however the file spells accounts, slots and quantities", async () => {
    const account = {
      balance: "0x10",
      nonce: "0x0",
      code: "0xfe",
      storage: { "0x0a": "0x05", "0x1": "0x0" },
    };
    const plain = await blockOf({ alloc: { [`0x${ADDRESS}`]: account } });
    const odd = { balance: 16, code: "0xFE", storage: { "000A": "5" } };
    assert.equal((await blockOf({ alloc: { [ADDRESS.toUpperCase()]: odd } })).hash, plain.hash);
    assert.notEqual((await blockOf({ alloc: {} })).hash, plain.hash);
  });
});
