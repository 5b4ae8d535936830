import { CausewayError } from "@causeway/protocol/errors";
import { Command } from "commander";
import { consoleLog } from "../consoleLog.js";
import { integer } from "../options.js";
import { readAnyGenesis } from "../readGenesis.js";
import { addLimitOptions, limitsOf } from "../rpcOptions.js";
import { untilStopped } from "../untilStopped.js";
import { type ChainFlags, requireChain, withChainFlags } from "./chainDirectory.js";

interface ServeFlags extends ChainFlags {
  readonly rpcHost: string;
  readonly rpcPort: number;
}

/** geth's. */
const RPC_PORT = 8_545;

export function serveCommand(): Command {
  const command = withChainFlags(new Command("serve"))
    .description("Serve JSON-RPC over a chain at rest: no consensus, no peers, no new blocks.")
    .option("--rpc-host <address>", "address to listen on", "127.0.0.1")
    .option("--rpc-port <port>", "port to listen on, 0 for any free one", integer(0, 65_535), RPC_PORT);
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
      const { genesis: path, datadir, rpcHost, rpcPort } = flags;
      const { serveChain } = await import("./serveChain.js");
      const genesis = await readAnyGenesis(path);
      requireChain(datadir);
      const log = consoleLog("chain", "warn");
      const served = await serveChain({
        ...{ genesis, dataDir: datadir, host: rpcHost, port: rpcPort, log },
        limits: limitsOf({ ...flags }),
      }).catch(namingPort);
      const head = await served.reader.header(served.reader.headNumber());
      process.stdout.write(
        `${JSON.stringify({ url: served.url, number: head?.number, hash: head?.hash })}\n`,
      );
      await untilStopped(() => served.close());
    });
}

/** @throws the error, which also says what to change when the port cannot be had (X10). */
function namingPort(error: unknown): never {
  if (!(error instanceof CausewayError) || error.code !== "ListenFailed") throw error;
  throw new CausewayError(error.type, `${error.message}; give another --rpc-port or --rpc-host`, {
    cause: error,
  });
}
