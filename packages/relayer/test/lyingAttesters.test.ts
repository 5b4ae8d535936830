import assert from "node:assert/strict";
import { encodeVote } from "@causeway/bridge/encodeCalls";
import { readInboxCount } from "@causeway/bridge/messages/readInboxes";
import { sendTransaction } from "@causeway/bridge/rpc/sendTransaction";
import { readAcceptedObservation } from "@causeway/bridge/sidechain/readEthereumView";
import { readHeader } from "@causeway/bridge/sidechain/readHeader";
import { depositEth } from "@causeway/bridge/transfers/depositEth";
import type { Address } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import { parseEther, Wallet } from "ethers";
import { pino } from "pino";
import { type Relayer, startRelayer } from "../src/startRelayer.js";
import { startTestBridge, type TestBridge } from "./rig/testBridge.js";
import { until } from "./rig/until.js";

const logger = pino({ level: "silent" });

describe("a quorum of attesters lies", () => {
  let bridge: TestBridge;
  const relayers: Relayer[] = [];

  before(async () => {
    bridge = await startTestBridge();
  });

  after(async () => {
    await Promise.all(relayers.map((relayer) => relayer.stop()));
    await bridge?.stop();
  });

  it("the honest one stops with an alarm, and nothing is delivered (B7)", async () => {
    const { sides, sidechainUser, attesters, carriers, genesis, l1User } = bridge;
    const { number, hash } = await readHeader(sides.l1, 2);
    const lie = { blockNumber: number, blockHash: hash, outboxRoot: hash, outboxCount: 1 };
    for (const liar of attesters.slice(0, 2)) {
      const signer = liar.connect(sidechainUser.provider);
      await sendTransaction(signer, { to: PREDEPLOYS.ethereumView, data: encodeVote(lie) });
    }
    assert.equal((await readAcceptedObservation(sides.sidechain)).outboxRoot, hash);

    const attesterKey = attesters[2] as Wallet;
    const attestConfig = await bridge.relayerConfig(["attest"]);
    const attester = await startRelayer({ config: attestConfig, genesis, attesterKey, logger });
    relayers.push(attester);
    const carrierKey = carriers[0] as Wallet;
    const carryConfig = await bridge.relayerConfig(["carry"]);
    const carrier = await startRelayer({ config: carryConfig, genesis, carrierKey, logger });
    relayers.push(carrier);
    const recipient = Wallet.createRandom().address.toLowerCase() as Address;
    for (let i = 0; i < 2; i++)
      await depositEth(sides.bridge, l1User, { recipient, amount: parseEther("1") });

    const step = (relayer: Relayer, name: string) => relayer.status().steps.find((one) => one.name === name);
    await until("the honest attester stopped", () => step(attester, "attest")?.state === "halted");
    assert.equal(step(attester, "attest")?.alarm, "AcceptedRootNotPrefix");
    await until("the carrier alarms", () => step(carrier, "deliver")?.alarm === "LogsIncomplete");
    assert.equal(await readInboxCount(sides.sidechain), 0);
  });
});
