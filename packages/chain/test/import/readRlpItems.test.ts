import assert from "node:assert/strict";
import { RLP } from "@ethereumjs/rlp";
import { readRlpItems } from "../../src/import/readRlpItems.js";

const ITEMS = [0, 1, 30, 300, 70_000].map((length) => RLP.encode([new Uint8Array(length).fill(7)]));
const FILE = Buffer.concat(ITEMS);

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += size) yield bytes.subarray(offset, offset + size);
}

async function read(bytes: Uint8Array, size: number, max = 100_000): Promise<Uint8Array[]> {
  const items: Uint8Array[] = [];
  for await (const item of readRlpItems(pieces(bytes, size), max)) items.push(item);
  return items;
}

describe("concatenated RLP items", () => {
  it("come out as they went in, whatever the pieces", async () => {
    for (const size of [1, 2, 3, 9, 31, 4_096, FILE.length]) {
      assert.deepEqual((await read(FILE, size)).map(hex), ITEMS.map(hex), `pieces of ${size}`);
    }
    assert.deepEqual(await read(new Uint8Array(), 1), []);
  });

  it("cut short are refused by file.truncated, wherever", async () => {
    for (const length of [1, 40, 45, 350, FILE.length - 1]) {
      // A cut between two items is an end like any other.
      if (ITEMS.some((_, i) => length === ITEMS.slice(0, i).reduce((sum, item) => sum + item.length, 0)))
        continue;
      await assert.rejects(read(FILE.subarray(0, length), 7), code("file.truncated"));
    }
  });

  it("beyond the bound are refused by file.size as soon as their head is read", async () => {
    await assert.rejects(read(FILE, 11, 69_999), code("file.size"));
    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
      for (given = 1; ; given++) yield new Uint8Array(1_000);
    }
    await assert.rejects(async () => {
      for await (const _ of readRlpItems(endless(), 1_000_000)) assert.fail("there is no item");
    }, code("file.size"));
    assert.equal(given, 0);
  });

  it("that are no lists are refused by file.encoding", async () => {
    for (const byte of [0x00, 0x68, 0x83, 0xbf]) {
      const file = Buffer.concat([...ITEMS.slice(0, 3), Uint8Array.of(byte)]);
      await assert.rejects(read(file, 5), code("file.encoding"));
    }
  });
});

function code(expected: string) {
  return (error: { code: string }) => error.code === expected;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
