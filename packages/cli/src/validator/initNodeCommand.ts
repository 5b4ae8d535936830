import { DEFAULT_PORTS } from "@causeway/devnet/ports";
import { isPeerId } from "@causeway/network/connections/isPeerId";
import { Command, InvalidArgumentError } from "commander";
import { port } from "../options.js";
import { initNode } from "./initNode.js";

interface InitNodeFlags {
  readonly dir: string;
  readonly genesis: string;
  readonly bootPeer: readonly string[];
  readonly rpcPort: number;
  readonly p2pPort: number;
  readonly metricsPort: number;
}

export function initNodeCommand(): Command {
  return new Command("init-node")
    .description("Create the folder of a node that joins a network there is: keys, genesis, configuration.")
    .requiredOption("--dir <path>", "folder to create")
    .requiredOption("--genesis <path>", "genesis file of the network, from one of its operators")
    .requiredOption(
      "--boot-peer <multiaddr...>",
      "node to connect to: /ip4/<address>/tcp/<port>/p2p/<peer id>, as the bootPeers of others name it",
      bootPeers,
    )
    .option("--rpc-port <port>", "RPC port", port, DEFAULT_PORTS.rpc)
    .option("--p2p-port <port>", "peer-to-peer port", port, DEFAULT_PORTS.p2p)
    .option("--metrics-port <port>", "metrics port", port, DEFAULT_PORTS.metrics)
    .addHelpText(
      "after",
      `
Compare the genesis hash it prints with what causeway_status of a running node says. The node follows the chain at once;
it becomes a validator when the operators of the network vote for it.

Example:
  $ causeway validator init-node --dir node-5 --genesis genesis.json --boot-peer /ip4/10.0.0.1/tcp/30401/p2p/12D3…
  $ causeway node --config node-5/config.json`,
    )
    .action(async ({ dir, genesis, bootPeer, rpcPort, p2pPort, metricsPort }: InitNodeFlags) => {
      const made = await initNode({
        dir,
        genesis,
        bootPeers: bootPeer,
        ports: { rpc: rpcPort, p2p: p2pPort, metrics: metricsPort },
      });
      process.stdout.write(
        [
          `genesis        ${made.genesisHash}`,
          `consensus key  ${made.consensusKey}`,
          `operator       ${made.operator}   keep ${dir}/operator.* apart from the node`,
          `address        ${made.multiaddr}   for the others' bootPeers, with this machine's address`,
          `start it:      causeway node --config ${dir}/config.json`,
          `once it has caught up, an operator of the set proposes it:`,
          `               causeway validator propose add ${made.consensusKey} --operator ${made.operator} --keystore <operator.json>`,
          "",
        ].join("\n"),
      );
    });
}

function bootPeers(value: string, previous: readonly string[] = []): readonly string[] {
  if (!isPeerId(/^\/.+\/p2p\/([A-Za-z0-9]+)$/.exec(value)?.[1] ?? ""))
    throw new InvalidArgumentError("It must be a multiaddr that ends in /p2p/<peer id>.");
  return [...previous, value];
}
