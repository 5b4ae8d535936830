import { resolve } from "node:path";
import { CausewayError } from "@causeway/protocol/errors";
import { Command } from "commander";
import { consoleLog } from "../consoleLog.js";
import { integer } from "../options.js";
import { readAnyGenesis } from "../readGenesis.js";
import { addAccessOptions, addLimitOptions, limitsOf } from "../rpcOptions.js";
import { untilStopped } from "../untilStopped.js";
import { type ChainFlags, requireChain, withChainFlags } from "./chainDirectory.js";

interface ServeFlags extends ChainFlags {
  readonly rpcHost: string;
  readonly rpcPort: number;
  readonly rpcCors?: readonly string[];
  readonly rpcHosts?: readonly string[];
  readonly ipcPath?: string;
}

/** geth's. */
const RPC_PORT = 8_545;

export function serveCommand(): Command {
  const command = withChainFlags(new Command("serve"))
    .description("Serve JSON-RPC over a chain at rest: no consensus, no peers, no new blocks.")
    .option("--rpc-host <address>", "address to listen on", "127.0.0.1")
    .option("--rpc-port <port>", "port to listen on, 0 for any free one", integer(0, 65_535), RPC_PORT);
  addAccessOptions(command).option("--ipc-path <path>", "Unix socket to serve on as well (default: none)");
  return addLimitOptions(command)
    .addHelpText(
      "after",
      `
For chains that were imported, with a genesis of Causeway's or of plain Ethereum, and for a stopped node's. The chain stays
as it is. Transactions that are sent are checked and pooled as by any node, but no block ever holds them, and they are
forgotten when the command ends.

Example:
  $ causeway chain serve --genesis genesis.json --datadir chain --rpc-port 8545
  {"url":"http://127.0.0.1:8545","number":54,"hash":"0x…"}`,
    )
    .action(async (flags: ServeFlags) => {
      const { genesis: path, datadir, rpcHost, rpcPort, ipcPath } = flags;
      const { accessOf } = await import("../accessOf.js");
      const access = accessOf(flags);
      const { serveChain } = await import("./serveChain.js");
      const genesis = await readAnyGenesis(path);
      requireChain(datadir);
      const log = consoleLog("chain", "warn");
      const served = await serveChain({
        ...{ genesis, dataDir: datadir, host: rpcHost, port: rpcPort, log },
        ...access,
        ipcPath: ipcPath && resolve(ipcPath),
        limits: limitsOf({ ...flags }),
      }).catch(namingFlag);
      const head = await served.reader.header(served.reader.headNumber());
      process.stdout.write(
        `${JSON.stringify({ url: served.url, number: head?.number, hash: head?.hash })}\n`,
      );
      await untilStopped(() => served.close());
    });
}

/** What to change when port or path cannot be had. */
const REMEDIES: Readonly<Record<string, string>> = {
  ListenFailed: "give another --rpc-port or --rpc-host",
  IpcFailed: "give another --ipc-path, or none",
};

/** @throws the error, which also says what to change (X10). */
function namingFlag(error: unknown): never {
  const remedy = error instanceof CausewayError ? REMEDIES[error.code] : undefined;
  if (!(error instanceof CausewayError) || remedy === undefined) throw error;
  throw new CausewayError(error.type, `${error.message}; ${remedy}`, { cause: error });
}
