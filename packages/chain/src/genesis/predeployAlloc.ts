import { bytecode as ethereumViewCode } from "@causeway/contracts/EthereumView";
import { bytecode as mintCode } from "@causeway/contracts/Mint";
import { bytecode as orderedInboxCode } from "@causeway/contracts/OrderedInbox";
import { bytecode as outboxCode } from "@causeway/contracts/Outbox";
import { bytecode as validatorSetCode } from "@causeway/contracts/ValidatorSet";
import type { CausewayConfig } from "@causeway/protocol/genesis";
import type { Address, Hex } from "@causeway/protocol/hex";
import { DEVNET_L1_CHAIN_ID, MINT_BALANCE_WEI, PREDEPLOYS } from "@causeway/protocol/predeploys";
import { AbiCoder } from "ethers";
import type { ForkConfig } from "../engine/ethereumjs/chainCommon.js";
import { runConstructor } from "./runConstructor.js";

/** L1 blocks between attestable ones (B7). */
const ATTEST_INTERVAL = 32;
const DEVNET_ATTEST_INTERVAL = 2;

export interface ValidatorEntry {
  /** Signs C2 messages; its address is what S(h) lists. */
  readonly consensusKey: Address;
  /** Account that votes for changes of the set (V4). */
  readonly operator: Address;
}

/** An account as a genesis file writes it. */
export interface AllocEntry {
  readonly balance: string;
  readonly nonce?: string;
  readonly code?: Hex;
  readonly storage?: Readonly<Record<Hex, Hex>>;
}

export interface PredeployInput {
  /** Ascending by consensus key. */
  readonly validators: readonly ValidatorEntry[];
  /** Ascending. */
  readonly attesters: readonly Address[];
  readonly causeway: CausewayConfig;
  readonly config: ForkConfig;
  readonly timestamp: number;
  /** Wei of `alloc` outside Mint, locked on L1 from the start (B9). */
  readonly backedWei: bigint;
}

/** Code and storage of the predeploys, made by running each constructor at its address (B9, X6). */
export async function predeployAlloc(input: PredeployInput): Promise<Record<Address, AllocEntry>> {
  const alloc: Record<Address, AllocEntry> = {};
  for (const { name, address, bytecode, types, values } of predeploys(input)) {
    const creationCode = `${bytecode}${AbiCoder.defaultAbiCoder().encode(types, values).slice(2)}` as Hex;
    const { code, storage } = await runConstructor(
      name,
      address,
      creationCode,
      input.config,
      input.timestamp,
    );
    const balance = address === PREDEPLOYS.mint ? MINT_BALANCE_WEI : 0n;
    alloc[address] = {
      balance: `0x${balance.toString(16)}`,
      nonce: "0x1",
      code,
      storage: Object.fromEntries(storage),
    };
  }
  return alloc;
}

interface Predeploy {
  readonly name: string;
  readonly address: Address;
  readonly bytecode: Hex;
  readonly types: string[];
  readonly values: unknown[];
}

function predeploys({ validators, attesters, causeway, backedWei }: PredeployInput): Predeploy[] {
  const validatorSet: Predeploy = {
    name: "ValidatorSet",
    address: PREDEPLOYS.validatorSet,
    bytecode: validatorSetCode,
    types: ["address[]", "address[]", "address[]", "uint256", "uint256"],
    values: [
      validators.map((entry) => entry.consensusKey),
      validators.map((entry) => entry.operator),
      attesters,
      causeway.epochLength,
      causeway.minValidators,
    ],
  };
  const { bridge } = causeway;
  if (bridge === null) return [validatorSet];
  const attestInterval = bridge.l1ChainId === DEVNET_L1_CHAIN_ID ? DEVNET_ATTEST_INTERVAL : ATTEST_INTERVAL;
  return [
    validatorSet,
    {
      name: "Outbox",
      address: PREDEPLOYS.outbox,
      bytecode: outboxCode,
      types: ["uint256"],
      values: [bridge.l1ChainId],
    },
    {
      name: "OrderedInbox",
      address: PREDEPLOYS.orderedInbox,
      bytecode: orderedInboxCode,
      types: ["address", "uint256", "address"],
      values: [PREDEPLOYS.ethereumView, bridge.l1ChainId, bridge.outbox],
    },
    {
      name: "EthereumView",
      address: PREDEPLOYS.ethereumView,
      bytecode: ethereumViewCode,
      types: ["address", "uint256", "address", "uint64"],
      values: [PREDEPLOYS.validatorSet, bridge.l1ChainId, bridge.outbox, attestInterval],
    },
    {
      name: "Mint",
      address: PREDEPLOYS.mint,
      bytecode: mintCode,
      types: ["address", "address", "address", "uint256", "uint256"],
      values: [PREDEPLOYS.outbox, PREDEPLOYS.orderedInbox, bridge.vault, bridge.l1ChainId, backedWei],
    },
  ];
}
