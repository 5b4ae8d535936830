import type { Contract, TransactionReceipt } from "ethers";
import { compiledContract } from "./compileSolidity.js";
import { Sender } from "./sender.js";
import { toolChain } from "./toolChain.js";

/** Transactions of every kind an indexer meets, mined once for all who read. */
export interface ProbeStory {
  readonly sender: string;
  readonly probe: Contract;
  readonly token: Contract;
  readonly deployment: TransactionReceipt;
  /** Emits an event and takes 3 wei. */
  readonly stored: TransactionReceipt;
  /** Creates a contract that calls back, within which a call fails. */
  readonly nested: TransactionReceipt;
  /** Reverts with "not today". */
  readonly failed: TransactionReceipt;
  /** An ERC-20 transfer. */
  readonly transferred: TransactionReceipt;
}

let told: Promise<ProbeStory> | undefined;

export function probeStory(): Promise<ProbeStory> {
  told ??= tell();
  return told;
}

async function tell(): Promise<ProbeStory> {
  const sender = await Sender.open(await toolChain(), "explorers");
  const probe = await sender.deploy(compiledContract("Probe"), [7n]);
  const token = await sender.deploy(compiledContract("VotesToken"), [1_000n]);
  await sender.call(probe, "store", [5n, "0xabcd"], { value: 3n });
  await sender.call(probe, "nest");
  await sender.call(probe, "failWithReason", [], { fails: true });
  await sender.call(token, "transfer", [probe.target, 10n]);
  const [deployment, , stored, nested, failed, transferred] = (await sender.settle()) as [
    ...[TransactionReceipt, TransactionReceipt, TransactionReceipt],
    ...[TransactionReceipt, TransactionReceipt, TransactionReceipt],
  ];
  return { sender: sender.address, probe, token, deployment, stored, nested, failed, transferred };
}
