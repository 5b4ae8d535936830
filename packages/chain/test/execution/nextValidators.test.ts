import assert from "node:assert/strict";
import { DEFAULT_CAUSEWAY_CONFIG } from "@causeway/protocol/genesis";
import { type Address, type Hash, ZERO_ADDRESS, ZERO_HASH } from "@causeway/protocol/hex";
import { keccak256 } from "ethers";
import type { StateReader } from "../../src/engine/engine.js";
import { epochStart, nextValidators } from "../../src/execution/nextValidators.js";
import { slotKey } from "../../src/execution/slotKey.js";

const SPEC = { ...DEFAULT_CAUSEWAY_CONFIG, epochLength: 10, minValidators: 2 };
const address = (i: number): Address => `0x${i.toString(16).padStart(40, "0")}`;
const CURRENT = [address(1), address(2), address(3)];

/** ValidatorSet's storage holding this list. */
function holding(list: readonly Address[], length = list.length): StateReader {
  const base = BigInt(keccak256(slotKey(0)));
  const slots = new Map<Hash, Hash>([[slotKey(0), slotKey(length)]]);
  for (const [i, key] of list.entries()) slots.set(slotKey(base + BigInt(i)), slotKey(BigInt(key)));
  return {
    storage: async (_: Address, slot: Hash) => slots.get(slot) ?? ZERO_HASH,
  } as unknown as StateReader;
}

describe("nextValidators (V1, V2)", () => {
  const alarms: string[] = [];
  const log = { info() {}, warn() {}, error: (_: object, message: string) => void alarms.push(message) };
  const next = (height: number, state: StateReader) => nextValidators(height, CURRENT, state, SPEC, log);
  beforeEach(() => alarms.splice(0));

  it("reads the list after the last block of an epoch, and at no other height", async () => {
    const list = [address(2), address(9)];
    assert.deepEqual(await next(10, holding(list)), list);
    assert.deepEqual(await next(20, holding(list)), list);
    for (const height of [1, 9, 11, 19]) assert.equal(await next(height, holding(list)), CURRENT);
    assert.deepEqual(
      [1, 10, 11, 20, 21].map((h) => epochStart(h, 10)),
      [1, 1, 11, 11, 21],
    );
  });

  for (const [name, state] of [
    ["unsorted", holding([address(5), address(4)])],
    ["doubled", holding([address(5), address(5)])],
    ["with zero", holding([ZERO_ADDRESS, address(5)])],
    ["too short", holding([address(5)])],
    ["empty", holding([])],
    ["too long", holding([], 65)],
    ["absurdly long", holding([], 2 ** 50)],
  ] as const) {
    it(`keeps the old set and alarms when the list is ${name}`, async () => {
      assert.equal(await next(10, state), CURRENT);
      assert.match(alarms[0] ?? "", /V2/);
    });
  }
});
