import { resolve } from "node:path";
import type { Overrides } from "@causeway/node/config/withOverrides";
import { LIMIT_FLAGS, type LimitFlag } from "@causeway/rpc/limitFlags";
import { DEFAULT_LIMITS, largestOf, type RpcLimits } from "@causeway/rpc/limits";
import { type Command, Option } from "commander";
import { amount, integer, port } from "./options.js";

/** What commander makes of the flags of {@link addRpcOptions}, besides those of the limits. */
export interface RpcFlags {
  readonly rpcHost?: string;
  readonly rpcPort?: number;
  readonly rpcCors?: readonly string[];
  readonly rpcHosts?: readonly string[];
  readonly ipcPath?: string;
  /** false after --no-ipc. */
  readonly ipc: boolean;
  readonly adminHost?: string;
  readonly adminPort?: number;
  readonly adminJwtSecret?: string;
  readonly [limit: string]: unknown;
}

const limits = Object.entries(LIMIT_FLAGS) as [keyof typeof LIMIT_FLAGS, LimitFlag][];

/** The flags of a node's RPC. Each stands in place of the setting of its config. */
export function addRpcOptions(command: Command): Command {
  command
    .option("--rpc-host <address>", "address of the RPC port (HTTP and websocket)")
    .option("--rpc-port <port>", "the RPC port", port);
  addAccessOptions(command)
    .option("--ipc-path <path>", "Unix socket to serve on (default: causeway.ipc in the data directory)")
    .option("--no-ipc", "serve on no Unix socket")
    .option("--admin-host <address>", "address of the admin port (HTTP and websocket, JWT)")
    .option("--admin-port <port>", "serve admin methods on this port (default: none)", port)
    .option("--admin-jwt-secret <file>", "secret of its tokens, 32 bytes of hex; made when there is none");
  return addLimitOptions(command);
}

/** The flags of who may call an RPC server. */
export function addAccessOptions(command: Command): Command {
  return command
    .option("--rpc-cors <origins>", 'browser origins that may call, comma separated; "localhost", "*"', list)
    .option("--rpc-hosts <names>", 'host names that requests may name, comma separated; "*" any', list);
}

/** The flags of an RPC server's limits. */
export function addLimitOptions(command: Command): Command {
  for (const [name, { flag, unit, bounds }] of limits) {
    const option = new Option(`${flag} <${unit}>`, `limit of ${bounds} (default: ${DEFAULT_LIMITS[name]})`);
    command.addOption(option.argParser(unit === "ether" ? amount : integer(1, largestOf(name))));
  }
  return command;
}

/** The settings that flags replace, in the form of the config file. */
export function rpcOverrides(flags: RpcFlags): Overrides {
  const chosenLimits = chosen(flags);
  const rpc = given({
    host: flags.rpcHost,
    port: flags.rpcPort,
    origins: flags.rpcCors,
    hosts: flags.rpcHosts,
    ipcPath: flags.ipc ? flags.ipcPath && resolve(flags.ipcPath) : null,
    limits: Object.keys(chosenLimits).length === 0 ? undefined : chosenLimits,
  });
  const admin = given({
    host: flags.adminHost,
    port: flags.adminPort,
    jwtSecretFile: flags.adminJwtSecret && resolve(flags.adminJwtSecret),
  });
  return given({
    rpc: Object.keys(rpc).length === 0 ? undefined : rpc,
    admin: Object.keys(admin).length === 0 ? undefined : admin,
  });
}

/** The limits that flags replace, as a server takes them. */
export function limitsOf(flags: Readonly<Record<string, unknown>>): Partial<RpcLimits> {
  const { callGasMax, ...others } = chosen(flags);
  return { ...others, ...(callGasMax === undefined ? {} : { callGasMax: BigInt(callGasMax) }) };
}

/** By their names in the config. */
function chosen(flags: Readonly<Record<string, unknown>>): Readonly<Record<string, number>> {
  return Object.fromEntries(
    limits.flatMap(([name, { flag }]) => {
      const value = flags[optionName(flag)];
      return typeof value === "number" ? [[name, value]] : [];
    }),
  );
}

function given(settings: Readonly<Record<string, Overrides[string] | undefined>>): Overrides {
  return Object.fromEntries(
    Object.entries(settings).filter((entry): entry is [string, Overrides[string]] => entry[1] !== undefined),
  );
}

/** commander's name of a flag: "--rpc-body-bytes" is rpcBodyBytes. */
function optionName(flag: string): string {
  return new Option(flag).attributeName();
}

function list(value: string): readonly string[] {
  return value
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}
