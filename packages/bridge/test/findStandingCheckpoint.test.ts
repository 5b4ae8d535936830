import assert from "node:assert/strict";
import type { Checkpoint } from "@causeway/protocol/checkpoint";
import { checkpointStructHash } from "@causeway/protocol/checkpoint";
import type { BridgeConfig } from "@causeway/protocol/genesis";
import { type Address, type Hash, ZERO_HASH } from "@causeway/protocol/hex";
import { SIDECHAIN_VIEW } from "../src/contractInterfaces.js";
import { findStandingCheckpoint } from "../src/l1/findAcceptedCheckpoint.js";
import type { RpcReader } from "../src/rpc/rpcReader.js";

const VIEW: Address = `0x${"77".repeat(20)}`;
const ACCEPTED_AT = [100, 200, 300, 400];
const BLOCK = 50;

const checkpoint = (index: number): Checkpoint => ({
  height: index,
  round: 0,
  timestamp: index,
  blockHash: ZERO_HASH,
  stateRoot: ZERO_HASH,
  outboxRoot: `0x${"00".repeat(31)}0${index}` as Hash,
  outboxCount: index,
  inboxAcc: ZERO_HASH,
  inboxCount: 0,
  validatorSetHash: ZERO_HASH,
  nextValidatorSetHash: ZERO_HASH,
});

/** An L1 whose view accepted four checkpoints and voided those accepted later than `standingUntil`. */
function l1(standingUntil: number): RpcReader {
  return {
    async send(method, [first]) {
      if (method === "eth_getLogs") {
        const { topics } = first as { topics: readonly string[] };
        return ACCEPTED_AT.map((acceptedAt, index) => {
          const c = checkpoint(index);
          const args = [index, c.height, checkpointStructHash(c), acceptedAt, c];
          return SIDECHAIN_VIEW.encodeEventLog("CheckpointAccepted", args);
        }).filter((log) => topics[1] === undefined || log.topics[1] === topics[1]);
      }
      const { data } = first as { data: string };
      const call = SIDECHAIN_VIEW.parseTransaction({ data });
      const isTrue = call?.name === "isVoid" ? Number(call.args[0]) > standingUntil : true;
      return SIDECHAIN_VIEW.encodeFunctionResult(call?.name ?? "", [isTrue]);
    },
  };
}

const find = (standingUntil: number, frozenAt: number) =>
  findStandingCheckpoint(
    { l1: l1(standingUntil), bridge: { view: VIEW } as BridgeConfig },
    { records: ACCEPTED_AT.length, frozenAt },
    BLOCK,
  );

describe("findStandingCheckpoint", () => {
  it("is the newest while nothing is frozen", async () => {
    assert.equal((await find(400, 0))?.index, 3);
  });

  it("after a freeze is the newest that it did not void, so that older withdrawals still leave (B6)", async () => {
    const standing = await find(250, 450);
    assert.deepEqual(standing, { checkpoint: checkpoint(1), acceptedAt: 200, index: 1 });
  });

  it("is none when all are void", async () => {
    assert.equal(await find(0, 450), null);
  });
});
