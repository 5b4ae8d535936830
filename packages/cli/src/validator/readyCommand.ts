import type { Address } from "@causeway/protocol/hex";
import { Command } from "commander";
import { address, usageError } from "../options.js";
import { type AccountFlags, addRpcOption, openAccount, type RpcFlags } from "./accountOptions.js";
import { connectChain } from "./connectChain.js";
import { chooseKey, openKeyRing, openNode } from "./openNode.js";
import { readList } from "./readValidatorSet.js";
import { readSignedReady, type SignedReady, signReady } from "./signedReady.js";
import { submitCall } from "./submitCall.js";

interface ReadyFlags extends RpcFlags, Partial<AccountFlags> {
  readonly rpc: string;
  readonly config?: string;
  readonly key?: Address;
  readonly signed?: string;
  readonly print?: true;
}

export function readyCommand(): Command {
  const command = new Command("ready")
    .description("Show that a candidate's node runs: sign with its consensus key, post it with any account.")
    .option("--config <path>", "configuration of the candidate's node, whose consensus key signs")
    .option("--key <address>", "which key of the node, when several are not in the set", address)
    .option("--signed <path>", "post what --print printed elsewhere, instead of signing")
    .option("--print", "print the signed readiness instead of posting it");
  return addRpcOption(command)
    .option("--keystore <path>", "V3 keystore of the account that posts it; whichever has ether for gas")
    .option(
      "--password-file <path>",
      "file with its password (default: beside it, .password instead of .json)",
    )
    .addHelpText(
      "after",
      `
Post it when the node has caught up and shortly before the last vote: readiness older than one epoch no longer counts,
and what is printed must be posted within 256 blocks (V4).

Examples:
  $ causeway validator ready --config node-5/config.json --keystore node-5/operator.json
  on the node's machine, without an account:
  $ causeway validator ready --config node-5/config.json --print > ready.json
  on the operator's:
  $ causeway validator ready --signed ready.json --keystore operator.json`,
    )
    .action(async (flags: ReadyFlags) => {
      const ready = await obtainReady(flags, { isOwnSeat: flags.print !== true });
      if (flags.print) return void process.stdout.write(`${JSON.stringify(ready)}\n`);
      const { candidate, blockNumber, signature } = ready;
      const account = await openAccount(withKeystore(flags));
      await submitCall(flags.rpc, account, "postReady", [candidate, blockNumber, signature]);
      process.stdout.write(`${candidate} is ready as of block ${blockNumber}\n`);
    });
}

interface ReadyPurpose {
  /** The key is to have a seat beside those of the set, and is not to take one over by a rotation. */
  readonly isOwnSeat: boolean;
}

/** Readiness signed elsewhere, or now with the one key of a node's ring that is not in the set. */
export async function obtainReady(
  { rpc: url, config, key, signed }: ReadyFlags,
  { isOwnSeat }: ReadyPurpose,
): Promise<SignedReady> {
  if ((config === undefined) === (signed === undefined))
    throw usageError("give either --config of the node that signs, or --signed with what it printed");
  if (signed !== undefined) return readSignedReady(signed);
  const node = await openNode(config as string);
  const rpc = await connectChain(url, node);
  const list = await readList(rpc);
  const ring = await openKeyRing(node);
  const seated = [...ring.keys()].find((held) => list.includes(held));
  if (isOwnSeat && seated !== undefined)
    throw usageError(
      `this node is validator ${seated} already, and a node signs with one key at a time: a second one would never vote (V4). To replace its key: causeway validator rotate ${seated}; for another validator, another node`,
    );
  const candidate = chooseKey(ring, key, "outside the set", (held) => !list.includes(held));
  return signReady(rpc, node.genesis.config.chainId, candidate);
}

function withKeystore({ keystore, ...flags }: ReadyFlags): AccountFlags {
  if (keystore === undefined)
    throw usageError("give --keystore of the account that posts it, or --print to post it elsewhere");
  return { ...flags, keystore };
}
