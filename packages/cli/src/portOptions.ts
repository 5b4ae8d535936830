import { DEFAULT_PORTS, type PortBases } from "@causeway/devnet/ports";
import type { Command } from "commander";
import { port } from "./options.js";

/** What commander makes of the flags of {@link addPortOptions}. */
export interface PortFlags {
  readonly rpcPort: number;
  readonly p2pPort: number;
  readonly metricsPort: number;
  readonly relayerPort: number;
  readonly explorerPort: number;
}

/** The flags that lay out a network's ports on one machine. */
export function addPortOptions(command: Command): Command {
  return command
    .option(
      "--rpc-port <port>",
      "RPC port of validator 1; the next validators follow ten apart",
      port,
      DEFAULT_PORTS.rpc,
    )
    .option(
      "--p2p-port <port>",
      "peer-to-peer port of validator 1; the next follow one apart",
      port,
      DEFAULT_PORTS.p2p,
    )
    .option(
      "--metrics-port <port>",
      "metrics port of validator 1; the next follow one apart",
      port,
      DEFAULT_PORTS.metrics,
    )
    .option(
      "--relayer-port <port>",
      "status port of the first relayer; the next follow one apart",
      port,
      DEFAULT_PORTS.relayer,
    )
    .option("--explorer-port <port>", "port of the explorer", port, DEFAULT_PORTS.explorer);
}

export function portBases(flags: PortFlags): Omit<PortBases, "l1"> {
  return {
    rpc: flags.rpcPort,
    p2p: flags.p2pPort,
    metrics: flags.metricsPort,
    relayer: flags.relayerPort,
    explorer: flags.explorerPort,
  };
}
