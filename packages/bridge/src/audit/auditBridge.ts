import { deployedBytecode as outboxTemplate } from "@causeway/contracts/AccumulatingOutbox";
import { deployedBytecode as inboxTemplate } from "@causeway/contracts/ClaimInbox";
import { deployedBytecode as viewTemplate } from "@causeway/contracts/SidechainView";
import { deployedBytecode as vaultTemplate } from "@causeway/contracts/Vault";
import { checkpointStructHash } from "@causeway/protocol/checkpoint";
import { domainSeparator } from "@causeway/protocol/eip712";
import { genesisBacking } from "@causeway/protocol/genesisBacking";
import type { Address, Hash, Hex } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import type { Interface } from "ethers";
import { BridgeError } from "../bridgeError.js";
import {
  CLAIM_INBOX,
  ETHEREUM_VIEW,
  MINT,
  ORDERED_INBOX,
  OUTBOX,
  SIDECHAIN_VIEW,
  VAULT,
} from "../contractInterfaces.js";
import { type GenesisCommitment, genesisCheckpoint } from "../deployment/genesisCommitment.js";
import { matchesTemplate } from "../deployment/matchesTemplate.js";
import { conflictWindow } from "../l1/conflictWindow.js";
import { findAcceptedCheckpoint } from "../l1/findAcceptedCheckpoint.js";
import { callContract } from "../rpc/callContract.js";
import { findLog } from "../rpc/findLog.js";
import type { RpcReader } from "../rpc/rpcReader.js";
import { auditCreations } from "./auditCreations.js";
import type { AuditFinding } from "./auditFinding.js";

interface Getter {
  readonly contract: string;
  readonly address: Address;
  readonly abi: Interface;
  readonly fn: string;
  readonly args?: readonly unknown[];
  readonly expected: bigint | string;
}

/** Check the L1 side against the genesis: code, creation, constructor parameters, checkpoint 0, backing (B9). */
export async function auditL1(l1: RpcReader, commitment: GenesisCommitment): Promise<AuditFinding[]> {
  const { genesis, genesisHash } = commitment;
  const { chainId, causeway } = genesis.config;
  const { bridge, minValidators } = causeway;
  if (bridge === null) throw new BridgeError({ code: "NoBridge" }, "genesis: config.causeway.bridge is null");
  const code = await Promise.all([
    auditCode(l1, "outbox", bridge.outbox, outboxTemplate),
    auditCode(l1, "view", bridge.view, viewTemplate),
    auditCode(l1, "inbox", bridge.inbox, inboxTemplate),
    auditCode(l1, "vault", bridge.vault, vaultTemplate),
  ]);
  if (code.some(({ ok }) => !ok)) return code;
  const outbox = { contract: "outbox", address: bridge.outbox, abi: OUTBOX };
  const view = { contract: "view", address: bridge.view, abi: SIDECHAIN_VIEW };
  const inbox = { contract: "inbox", address: bridge.inbox, abi: CLAIM_INBOX };
  const vault = { contract: "vault", address: bridge.vault, abi: VAULT };
  const separator = domainSeparator({ chainId, genesisHash });
  const getters: Getter[] = [
    { ...outbox, fn: "DESTINATION_CHAIN_ID", expected: BigInt(chainId) },
    { ...view, fn: "OUTBOX", expected: bridge.outbox },
    { ...view, fn: "DOMAIN_SEPARATOR", expected: separator },
    { ...view, fn: "MIN_VALIDATORS", expected: BigInt(minValidators) },
    { ...view, fn: "W", expected: BigInt(conflictWindow(bridge)) },
    { ...inbox, fn: "VIEW", expected: bridge.view },
    { ...inbox, fn: "SOURCE_CHAIN_ID", expected: BigInt(chainId) },
    { ...inbox, fn: "SOURCE_OUTBOX", expected: PREDEPLOYS.outbox },
    { ...vault, fn: "OUTBOX", expected: bridge.outbox },
    { ...vault, fn: "INBOX", expected: bridge.inbox },
    { ...vault, fn: "REMOTE_CHAIN_ID", expected: BigInt(chainId) },
    { ...vault, fn: "REMOTE", expected: PREDEPLOYS.mint },
  ];
  return [
    ...code,
    ...(await auditCreations(l1, commitment, bridge)),
    ...(await Promise.all(getters.map((getter) => auditGetter(l1, getter)))),
    await auditGenesisCheckpoint(l1, commitment, bridge.view),
    await auditBacking(l1, commitment, bridge.vault),
  ];
}

/** Check the sidechain's predeploys against the genesis: that they answer to this L1 and no other (B9). */
export async function auditSidechain(
  sidechain: RpcReader,
  { genesis }: Pick<GenesisCommitment, "genesis">,
): Promise<AuditFinding[]> {
  const bridge = genesis.config.causeway.bridge;
  if (bridge === null) throw new BridgeError({ code: "NoBridge" }, "genesis: config.causeway.bridge is null");
  const l1ChainId = BigInt(bridge.l1ChainId);
  const outbox = { contract: "Outbox", address: PREDEPLOYS.outbox, abi: OUTBOX };
  const inbox = { contract: "OrderedInbox", address: PREDEPLOYS.orderedInbox, abi: ORDERED_INBOX };
  const view = { contract: "EthereumView", address: PREDEPLOYS.ethereumView, abi: ETHEREUM_VIEW };
  const mint = { contract: "Mint", address: PREDEPLOYS.mint, abi: MINT };
  const getters: Getter[] = [
    { ...outbox, fn: "DESTINATION_CHAIN_ID", expected: l1ChainId },
    { ...inbox, fn: "VIEW", expected: PREDEPLOYS.ethereumView },
    { ...inbox, fn: "SOURCE_CHAIN_ID", expected: l1ChainId },
    { ...inbox, fn: "SOURCE_OUTBOX", expected: bridge.outbox },
    { ...view, fn: "ATTESTER_SET", expected: PREDEPLOYS.validatorSet },
    { ...view, fn: "L1_CHAIN_ID", expected: l1ChainId },
    { ...view, fn: "L1_OUTBOX", expected: bridge.outbox },
    { ...mint, fn: "OUTBOX", expected: PREDEPLOYS.outbox },
    { ...mint, fn: "INBOX", expected: PREDEPLOYS.orderedInbox },
    { ...mint, fn: "REMOTE_CHAIN_ID", expected: l1ChainId },
    { ...mint, fn: "REMOTE", expected: bridge.vault },
  ];
  return Promise.all(getters.map((getter) => auditGetter(sidechain, getter)));
}

async function auditCode(
  l1: RpcReader,
  contract: string,
  address: Address,
  template: Hex,
): Promise<AuditFinding> {
  const code = (await l1.send("eth_getCode", [address, "latest"])) as Hex;
  const ok = matchesTemplate(code, template);
  const actual = code === "0x" ? "none" : ok ? "as compiled" : "different";
  return { contract, address, check: "code", expected: "as compiled", actual, ok };
}

async function auditGetter(
  reader: RpcReader,
  { contract, address, abi, fn, args, expected }: Getter,
): Promise<AuditFinding> {
  const [value] = await callContract(reader, address, abi, fn, args);
  const actual = String(value).toLowerCase();
  return {
    contract,
    address,
    check: fn,
    expected: String(expected),
    actual,
    ok: actual === String(expected),
  };
}

async function auditGenesisCheckpoint(
  l1: RpcReader,
  commitment: GenesisCommitment,
  view: Address,
): Promise<AuditFinding> {
  const bridge = commitment.genesis.config.causeway.bridge;
  if (bridge === null) throw new BridgeError({ code: "NoBridge" }, "genesis: config.causeway.bridge is null");
  const latest = Number(await l1.send("eth_blockNumber", []));
  const { checkpoint } = await findAcceptedCheckpoint({ l1, bridge }, 0, latest);
  const expected: Hash = checkpointStructHash(genesisCheckpoint(commitment));
  const actual = checkpointStructHash(checkpoint);
  return {
    contract: "view",
    address: view,
    check: "checkpoint 0",
    expected,
    actual,
    ok: actual === expected,
  };
}

/** What the constructor says it got: in the counter, later deposits would hide a shortfall. */
async function auditBacking(
  l1: RpcReader,
  { genesis }: GenesisCommitment,
  vault: Address,
): Promise<AuditFinding> {
  const expected = genesisBacking(genesis);
  const latest = Number(await l1.send("eth_blockNumber", []));
  const topics = VAULT.encodeFilterTopics("GenesisBacked", []);
  const amount = await findLog(l1, { address: vault, topics }, latest, async (log) => BigInt(log.data));
  const actual = amount === null ? "none" : `${amount}`;
  const ok = amount === expected;
  return { contract: "vault", address: vault, check: "genesis backing", expected: `${expected}`, actual, ok };
}
