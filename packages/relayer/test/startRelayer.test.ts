import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import type { CausewayError } from "@causeway/protocol/errors";
import type { Wallet } from "ethers";
import { pino } from "pino";
import { CRASH_AT_VARIABLE, checkpointInterval, parseRelayerConfig } from "../src/config.js";
import { RelayerStore } from "../src/relayerStore.js";
import { startRelayer } from "../src/startRelayer.js";
import { startTestBridge, type TestBridge } from "./rig/testBridge.js";

const logger = pino({ level: "silent" });
const isCode = (code: string) => (error: CausewayError<{ code: string }>) => error.code === code;

describe("a relayer's start", () => {
  let bridge: TestBridge;
  let carrierKey: Wallet;

  before(async () => {
    bridge = await startTestBridge();
    carrierKey = bridge.carriers[0] as Wallet;
  });

  after(() => bridge?.stop());

  it("KeyMissing when a role has no key", async () => {
    const config = await bridge.relayerConfig(["carry", "attest"]);
    const starting = startRelayer({ config, genesis: bridge.genesis, carrierKey, logger });
    await assert.rejects(starting, isCode("KeyMissing"));
  });

  it("KeyShared says what to do when both roles have one key (X10)", async () => {
    const config = await bridge.relayerConfig(["carry", "attest"]);
    const keys = { carrierKey, attesterKey: carrierKey };
    const starting = startRelayer({ config, genesis: bridge.genesis, ...keys, logger });
    await assert.rejects(
      starting,
      (error: Error) => isCode("KeyShared")(error as never) && /run two relayers/.test(error.message),
    );
  });

  it("WrongChain when a URL is another chain's", async () => {
    const config = await bridge.relayerConfig(["carry"], { l1Urls: [bridge.sidechainUrl] });
    await assert.rejects(
      startRelayer({ config, genesis: bridge.genesis, carrierKey, logger }),
      isCode("WrongChain"),
    );
  });

  it("OtherChain when the data directory is another chain's", async () => {
    const config = await bridge.relayerConfig(["carry"]);
    await (await RelayerStore.open(config.dataDir, `0x${"77".repeat(32)}`)).close();
    await assert.rejects(
      startRelayer({ config, genesis: bridge.genesis, carrierKey, logger }),
      isCode("OtherChain"),
    );
  });

  it("DataDirUnusable when another relayer holds the data directory", async () => {
    const config = await bridge.relayerConfig(["carry"]);
    const relayer = await startRelayer({ config, genesis: bridge.genesis, carrierKey, logger });
    const second = startRelayer({ config, genesis: bridge.genesis, carrierKey, logger });
    await assert.rejects(second, isCode("DataDirUnusable"));
    await relayer.stop();
    await rm(config.dataDir, { recursive: true });
  });

  it("PortTaken names the port, and nothing stays open", async () => {
    const squatter = createServer();
    await new Promise<void>((resolve) => {
      squatter.listen(0, "127.0.0.1", resolve);
    });
    const statusPort = (squatter.address() as AddressInfo).port;
    const config = await bridge.relayerConfig(["carry"], { statusPort });
    const starting = startRelayer({ config, genesis: bridge.genesis, carrierKey, logger });
    await assert.rejects(
      starting,
      (error: Error) => isCode("PortTaken")(error as never) && error.message.includes(`${statusPort}`),
    );
    squatter.close();
    await (await RelayerStore.open(config.dataDir, bridge.commitment.genesisHash)).close();
  });

  it("does not sell a checkpoint on a real L1 for each message that anybody writes", () => {
    assert.equal(checkpointInterval({}, 1), 600);
    assert.equal(checkpointInterval({}, 31_337), 0);
    assert.equal(checkpointInterval({ checkpointIntervalSeconds: 5 }, 1), 5);
  });

  it("RelayerConfigInvalid names the key", () => {
    const good = {
      roles: ["carry"],
      l1Urls: ["http://127.0.0.1:1"],
      sidechainUrls: ["http://127.0.0.1:2"],
      dataDir: "relayer",
    };
    assert.equal(parseRelayerConfig(good).heartbeatSeconds, 86_400);
    assert.equal(parseRelayerConfig(good, { [CRASH_AT_VARIABLE]: "vote.stored" }).crashAt, "vote.stored");
    const bad: [string, unknown][] = [
      ["(root)", 7],
      ["(root)", { ...good, heartbeat: 3 }],
      ["roles", { ...good, roles: [] }],
      ["roles.0", { ...good, roles: ["watch"] }],
      ["l1Urls.0", { ...good, l1Urls: ["ftp://host"] }],
      ["l1Urls.0", { ...good, l1Urls: ["nonsense"] }],
      ["l1Urls", { ...good, l1Urls: ["http://127.0.0.1:1", "http://127.0.0.1:1/"] }],
      ["statusPort", { ...good, statusPort: 70_000 }],
      ["crashAt", { ...good, crashAt: "somewhere" }],
    ];
    for (const [field, json] of bad) {
      assert.throws(
        () => parseRelayerConfig(json),
        (error: CausewayError<{ code: string; field: string }>) => error.type.field === field,
      );
    }
  });
});
