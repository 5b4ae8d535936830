import assert from "node:assert/strict";
import { CausewayError } from "@causeway/protocol/errors";
import type { Recover } from "@causeway/protocol/signature";
import { encodeConsensusMessage } from "@causeway/protocol/wire/consensusMessageCodec";
import { MessageDecoder } from "../../src/consensus/messageDecoder.js";
import { RECENT_BYTES_MAX, RECENT_MESSAGES_MAX } from "../../src/limits.js";
import { domain, sampleBlock, sampleMessages } from "../support/sampleChain.js";

describe("MessageDecoder", () => {
  let recoveries: number;
  let decoder: MessageDecoder;
  const recover: Recover = () => {
    recoveries++;
    return `0x${"11".repeat(20)}`;
  };
  beforeEach(() => {
    recoveries = 0;
    decoder = new MessageDecoder(domain, recover);
  });
  const { prepare, proposal } = sampleMessages(1);

  it("recovers the signers of a relayed message once", () => {
    const bytes = encodeConsensusMessage(proposal);
    const { message } = decoder.decode(bytes);
    assert.equal(recoveries, 7);
    assert.deepEqual(decoder.decode(bytes.slice()).message, message);
    assert.equal(recoveries, 7);
  });

  it("N2: tells what a message cost, so that nested signatures are not free", () => {
    const bytes = encodeConsensusMessage(proposal);
    assert.equal(decoder.decode(bytes).recoveries, 7);
    assert.equal(decoder.decode(bytes).recoveries, 0);
    assert.equal(decoder.decode(encodeConsensusMessage(prepare)).recoveries, 1);
  });

  it("remembers a bounded number", () => {
    if (prepare.kind !== "prepare") throw new Error("no prepare");
    for (let height = 0; height <= RECENT_MESSAGES_MAX; height++) {
      decoder.decode(encodeConsensusMessage({ ...prepare, payload: { ...prepare.payload, height } }));
    }
    const before = recoveries;
    const at = (height: number) =>
      encodeConsensusMessage({ ...prepare, payload: { ...prepare.payload, height } });
    decoder.decode(at(RECENT_MESSAGES_MAX));
    assert.equal(recoveries, before);
    decoder.decode(at(0));
    assert.equal(recoveries, before + 1);
  });

  it("remembers a bounded number of bytes", () => {
    if (proposal.kind !== "proposal") throw new Error("no proposal");
    const blocks = 5;
    const bytes = Math.floor(RECENT_BYTES_MAX / (blocks - 0.5));
    const at = (height: number) => {
      const block = sampleBlock(height, bytes);
      const payload = { height, round: 0, blockHash: block.hash };
      return encodeConsensusMessage({ ...proposal, payload, block, roundChanges: [], prepares: [] });
    };
    for (let height = 1; height <= blocks; height++) decoder.decode(at(height));
    assert.equal(decoder.decode(at(2)).recoveries, 0);
    assert.equal(decoder.decode(at(1)).recoveries, 1);
  });

  it("remembers no failure", () => {
    const bad = encodeConsensusMessage(prepare).subarray(0, -1);
    for (let i = 0; i < 2; i++) assert.throws(() => decoder.decode(bad), CausewayError);
  });
});
