import type { BridgeConfig } from "@causeway/protocol/genesis";
import { DEPLOYMENT_ORDER } from "@causeway/protocol/predictBridge";
import { getCreateAddress } from "ethers";
import { BridgeError } from "../bridgeError.js";
import { SIDECHAIN_VIEW } from "../contractInterfaces.js";
import { contractCreation } from "../deployment/contractCreation.js";
import type { GenesisCommitment } from "../deployment/genesisCommitment.js";
import { findLog } from "../rpc/findLog.js";
import { quantity, type RpcReader } from "../rpc/rpcReader.js";
import type { AuditFinding } from "./auditFinding.js";

/** A deployment is looked for in so many L1 blocks before and after the creation of SidechainView: about two hours. */
const DEPLOYMENT_BLOCKS_MAX = 600;

interface L1Transaction {
  readonly from: string;
  readonly to: string | null;
  readonly nonce: string;
  readonly input: string;
  readonly value: string;
}

/**
 * Check that each L1 contract was created by the transaction the genesis asks for: this creation code, these arguments,
 * this value, from one account at consecutive nonces (B9). The code that stands there does not tell what another
 * constructor wrote into storage before (a set of its own, a failed message to be retried), nor whether all copies of an
 * immutable are the one its getter shows.
 */
export async function auditCreations(
  l1: RpcReader,
  commitment: GenesisCommitment,
  bridge: BridgeConfig,
): Promise<AuditFinding[]> {
  const creations = await findCreations(l1, bridge);
  return DEPLOYMENT_ORDER.map((contract) => {
    const address = bridge[contract];
    const { data, value = 0n } = contractCreation(contract, bridge, commitment);
    const found = creations.get(address);
    const ok = found !== undefined && found.input.toLowerCase() === data && BigInt(found.value) === value;
    const actual =
      found === undefined
        ? `not within ${DEPLOYMENT_BLOCKS_MAX} blocks of the view`
        : ok
          ? "as compiled"
          : "different";
    return { contract, address, check: "creation", expected: "as compiled", actual, ok };
  });
}

/** Transactions of the deployer by the address each created, as far as they lie around the creation of SidechainView. */
async function findCreations(l1: RpcReader, bridge: BridgeConfig): Promise<Map<string, L1Transaction>> {
  const found = new Map<string, L1Transaction>();
  const anchor = await findViewCreation(l1, bridge);
  const isComplete = () => DEPLOYMENT_ORDER.every((contract) => found.has(bridge[contract]));
  for (const block of blocksAround(anchor)) {
    for (const transaction of await readTransactions(l1, block)) {
      if (transaction.to === null) found.set(createdBy(transaction), transaction);
    }
    if (isComplete()) break;
  }
  return found;
}

/** Outward from the middle: what was deployed in one go lies within a few blocks. */
function* blocksAround(middle: number): Generator<number> {
  yield middle;
  for (let distance = 1; distance <= DEPLOYMENT_BLOCKS_MAX; distance++) {
    if (distance <= middle) yield middle - distance;
    yield middle + distance;
  }
}

/** An address determines account and nonce, and an account uses a nonce once. */
function createdBy({ from, nonce }: L1Transaction): string {
  return getCreateAddress({ from, nonce: Number(nonce) }).toLowerCase();
}

async function findViewCreation(l1: RpcReader, { view }: BridgeConfig): Promise<number> {
  const latest = Number(await l1.send("eth_blockNumber", []));
  const topics = SIDECHAIN_VIEW.encodeFilterTopics("CheckpointAccepted", [0]);
  const block = await findLog(l1, { address: view, topics }, latest, async (log) => Number(log.blockNumber));
  if (block !== null) return block;
  throw new BridgeError(
    { code: "LogsIncomplete", outbox: view, have: 0, need: 1 },
    `the logs of SidechainView ${view} up to block ${latest} do not hold checkpoint 0`,
  );
}

/** Of a block beyond the head there are none. */
async function readTransactions(l1: RpcReader, block: number): Promise<readonly L1Transaction[]> {
  const method = "eth_getBlockByNumber";
  const answer = (await l1.send(method, [quantity(block), true])) as { transactions?: unknown } | null;
  if (answer === null) return [];
  if (Array.isArray(answer.transactions)) return answer.transactions as L1Transaction[];
  throw new BridgeError(
    { code: "RpcMalformed", method, field: "transactions" },
    `${method}: block ${block} has no list of transactions`,
  );
}
