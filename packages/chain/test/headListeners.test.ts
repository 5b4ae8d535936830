import assert from "node:assert/strict";
import type { HeadEvent } from "../src/chainReader.js";
import { HeadListeners } from "../src/headListeners.js";

const EVENT = {} as HeadEvent;

describe("HeadListeners", () => {
  let errors: string[];
  let told: string[];
  let listeners: HeadListeners;
  const hear = (name: string) => () => void told.push(name);

  beforeEach(() => {
    errors = [];
    told = [];
    listeners = new HeadListeners({
      info() {},
      warn() {},
      error: (_fields, message) => errors.push(message),
    });
  });

  it("tell all, also when one of them fails, until they leave", () => {
    const leave = listeners.add(hear("first"));
    listeners.add(() => {
      throw new Error("no");
    });
    listeners.add(hear("last"));
    listeners.tell(EVENT);
    assert.deepEqual(told, ["first", "last"]);
    assert.deepEqual(errors, ["a listener failed on a new head"]);
    leave();
    listeners.tell(EVENT);
    assert.deepEqual([told, listeners.size], [["first", "last", "last"], 2]);
  });

  it("come after the pool, also when that fails", async () => {
    listeners.add(hear("listener"));
    await listeners.tellAfter(async () => hear("pool")(), EVENT);
    assert.deepEqual(told, ["pool", "listener"]);
    await listeners.tellAfter(async () => {
      throw new Error("no");
    }, EVENT);
    assert.deepEqual(told, ["pool", "listener", "listener"]);
    assert.deepEqual(errors, ["the transaction pool failed on a new head"]);
  });
});
