import assert from "node:assert/strict";
import { QUEUE_MESSAGES_MAX } from "../../src/limits.js";
import { OutgoingQueue } from "../../src/peers/outgoingQueue.js";

describe("OutgoingQueue", () => {
  it("drops the oldest beyond the number of messages", () => {
    const queue = new OutgoingQueue(1_000_000);
    for (let i = 0; i < QUEUE_MESSAGES_MAX + 2; i++) queue.push(Uint8Array.of(i % 256));
    assert.equal(queue.length, QUEUE_MESSAGES_MAX);
    assert.equal(queue.dropped, 2);
    assert.deepEqual(queue.shift(), Uint8Array.of(2));
  });

  it("drops the oldest beyond the bytes, but keeps one message of any size", () => {
    const queue = new OutgoingQueue(10);
    queue.push(new Uint8Array(6));
    queue.push(new Uint8Array(5));
    assert.equal(queue.dropped, 1);
    queue.push(new Uint8Array(100));
    assert.equal(queue.length, 1);
    assert.equal(queue.shift()?.length, 100);
    assert.equal(queue.shift(), undefined);
  });

  it("counts only what still waits, whether taken out or dropped", () => {
    const queue = new OutgoingQueue(10);
    for (let i = 0; i < 5; i++) {
      queue.push(new Uint8Array(6));
      queue.shift();
    }
    for (let i = 0; i < 4; i++) queue.push(new Uint8Array(5));
    assert.deepEqual([queue.length, queue.dropped], [2, 2]);
  });
});
