import type { Address } from "@causeway/protocol/hex";
import { Command } from "commander";
import { formatEther, JsonRpcProvider } from "ethers";
import { address, usageError } from "../options.js";
import { addRpcOption, type RpcFlags } from "./accountOptions.js";
import { connectChain } from "./connectChain.js";
import { findOperator } from "./findOperator.js";
import { chooseKey, openKeyRing, openNode } from "./openNode.js";
import { sweepBalance } from "./sweepBalance.js";

interface SweepFlags extends RpcFlags {
  readonly config: string;
  readonly key?: Address;
}

export function sweepCommand(): Command {
  const command = new Command("sweep")
    .description("Send what a consensus key earned in tips to its operator.")
    .requiredOption("--config <path>", "configuration of the node that holds the key")
    .option("--key <address>", "which key of the node, when it holds several", address);
  return addRpcOption(command)
    .addHelpText(
      "after",
      `
The one transfer a consensus key signs, and it goes to the operator the chain names (V4), of a key that left the set to
the last it had. The node may run meanwhile.

Example:
  $ causeway validator sweep --config node-1/config.json`,
    )
    .action(async ({ rpc: url, config, key: asked }: SweepFlags) => {
      const node = await openNode(config);
      const rpc = await connectChain(url, node);
      const key = chooseKey(await openKeyRing(node), asked, "in the key ring", () => true);
      const from = key.address.toLowerCase() as Address;
      const operator = await findOperator(rpc, from);
      if (operator === null)
        throw usageError(
          `consensus key ${from} is in no set of this chain and never was, so it has no operator to sweep to (V4)`,
        );
      const provider = new JsonRpcProvider(url, node.genesis.config.chainId, {
        staticNetwork: true,
        batchMaxCount: 1,
      });
      try {
        const wei = await sweepBalance(rpc, provider, key, operator);
        process.stdout.write(`sent ${formatEther(wei)} ETH from ${from} to its operator ${operator}\n`);
      } finally {
        provider.destroy();
      }
    });
}
