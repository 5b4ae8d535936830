import { Wallet } from "ethers";
import { pino } from "pino";
import { startRelayer } from "../../src/startRelayer.js";
import type { RelayerChildOptions } from "./relayerProcess.js";

// Entry of a relayer process of its own: takes its options by message, stops on "stop" and ends with 0.
process.once("message", async (options: RelayerChildOptions) => {
  // Listened for at once: it may come while the relayer starts.
  const stop = new Promise((resolve) => process.once("message", resolve));
  const { config, genesis, attesterKey, carrierKey } = options;
  const relayer = await startRelayer({
    config,
    genesis,
    ...(attesterKey === undefined ? {} : { attesterKey: new Wallet(attesterKey) }),
    ...(carrierKey === undefined ? {} : { carrierKey: new Wallet(carrierKey) }),
    logger: pino({ level: process.env.LOG_LEVEL ?? "silent" }),
  });
  await stop;
  await relayer.stop();
  process.disconnect();
});
