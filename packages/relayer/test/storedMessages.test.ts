import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SentMessage } from "@causeway/bridge/messages/decodeMessageSent";
import type { MirroredLeaf } from "@causeway/bridge/messages/outboxMirror";
import { messageLeaf } from "@causeway/protocol/bridgeMessage";
import { ZERO_ADDRESS, ZERO_HASH } from "@causeway/protocol/hex";
import { RelayerStore } from "../src/relayerStore.js";
import { StoredMessages } from "../src/storedMessages.js";

function sent(nonce: number): SentMessage {
  const message = {
    nonce,
    sourceChainId: 2n ** 200n,
    sourceOutbox: ZERO_ADDRESS,
    destinationChainId: 1n,
    sender: ZERO_ADDRESS,
    target: ZERO_ADDRESS,
    gasLimit: 200_000,
    data: "0x1234" as const,
  };
  return {
    message,
    leaf: messageLeaf(message),
    blockNumber: nonce,
    blockHash: ZERO_HASH,
    transactionHash: ZERO_HASH,
  };
}

/** Every third is not kept. */
function mirrored(nonce: number): MirroredLeaf {
  const message = sent(nonce);
  return { leaf: message.leaf, sent: nonce % 3 === 2 ? null : message };
}

describe("StoredMessages", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "causeway-messages-"));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("gives back after a restart what was added, in nonce order, apart from other Outboxes", async () => {
    const first = await RelayerStore.open(folder, ZERO_HASH);
    const twelve = Array.from({ length: 12 }, (_, nonce) => mirrored(nonce));
    await new StoredMessages(first, "l1").add(0, twelve.slice(0, 9), 70);
    await new StoredMessages(first, "l1").add(9, twelve.slice(9), 77);
    await new StoredMessages(first, "sidechain").add(0, [mirrored(0)], 5);
    await first.close();

    const second = await RelayerStore.open(folder, ZERO_HASH);
    const stored = new StoredMessages(second, "l1");
    assert.deepEqual(await stored.load(), { leaves: twelve, nextBlock: 77 });
    await stored.clear();
    assert.deepEqual(await stored.load(), { leaves: [], nextBlock: 0 });
    assert.equal((await new StoredMessages(second, "sidechain").load()).nextBlock, 5);
    await second.close();
  });
});
