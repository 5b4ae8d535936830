import type { Address } from "@causeway/protocol/hex";
import { MINT_BALANCE_WEI, PREDEPLOYS } from "@causeway/protocol/predeploys";
import { ETH_TOKEN } from "@causeway/protocol/transferData";
import type { BridgeSides } from "../bridgeSides.js";
import { BRIDGED_ERC20, MINT, VAULT } from "../contractInterfaces.js";
import { bridgedToken } from "../deployment/bridgedToken.js";
import { callUint } from "../rpc/callContract.js";
import { type BlockTag, blockParameter, type RpcReader } from "../rpc/rpcReader.js";
import { readHeader } from "../sidechain/readHeader.js";

/** Solvency of one token (B15). Amounts in base units. */
export interface Solvency {
  /** L1 token, zero address for ETH. */
  readonly token: Address;
  /** deposited - released. */
  readonly locked: bigint;
  /** credited - burned. */
  readonly supply: bigint;
  /** On the way: (deposited - credited) + (burned - released). */
  readonly pending: bigint;
  readonly ok: boolean;
  /** The inequalities that do not hold, in words. */
  readonly failures: readonly string[];
}

/**
 * Check B15 for tokens: on L1 what was released, then one sidechain block, then one later L1 block for the rest. In this
 * order a transfer in flight can make no side look too rich.
 * @param backing wei of the genesis `alloc` outside Mint (see `genesisBacking`).
 * @param tokens L1 tokens; zero address for ETH.
 */
export async function readSolvency(
  sides: BridgeSides,
  backing: bigint,
  tokens: readonly Address[] = [ETH_TOKEN],
): Promise<Solvency[]> {
  const { l1, sidechain, bridge } = sides;
  const before = await readHeader(l1, "latest");
  const released = await Promise.all(
    tokens.map((token) => callUint(l1, bridge.vault, VAULT, "released", [token], before.number)),
  );
  const block = await readHeader(sidechain, "latest");
  const there = await Promise.all(
    tokens.map((token) => readSidechain(sidechain, bridge.l1ChainId, token, backing, block.number)),
  );
  const after = await readHeader(l1, "latest");
  const here = await Promise.all(tokens.map((token) => readL1(l1, bridge.vault, token, after.number)));
  return tokens.map((token, i) =>
    judge(token, released[i] ?? 0n, there[i] as SidechainAmounts, here[i] as L1Amounts),
  );
}

interface SidechainAmounts {
  readonly credited: bigint;
  readonly burned: bigint;
  /** totalSupply, or for ETH what left Mint's genesis balance. */
  readonly circulating: bigint;
}

interface L1Amounts {
  readonly deposited: bigint;
  readonly released: bigint;
  readonly owed: bigint;
  readonly balance: bigint;
}

async function readSidechain(
  sidechain: RpcReader,
  l1ChainId: number,
  token: Address,
  backing: bigint,
  at: number,
): Promise<SidechainAmounts> {
  const [credited, burned, circulating] = await Promise.all([
    callUint(sidechain, PREDEPLOYS.mint, MINT, "credited", [token], at),
    callUint(sidechain, PREDEPLOYS.mint, MINT, "burned", [token], at),
    token === ETH_TOKEN
      ? readBalance(sidechain, PREDEPLOYS.mint, at).then((balance) => backing + MINT_BALANCE_WEI - balance)
      : readTotalSupply(sidechain, bridgedToken(l1ChainId, token), at),
  ]);
  return { credited, burned, circulating };
}

async function readL1(l1: RpcReader, vault: Address, token: Address, at: number): Promise<L1Amounts> {
  const [deposited, released, owed, balance] = await Promise.all([
    callUint(l1, vault, VAULT, "deposited", [token], at),
    callUint(l1, vault, VAULT, "released", [token], at),
    callUint(l1, vault, VAULT, "owedTotal", [token], at),
    token === ETH_TOKEN
      ? readBalance(l1, vault, at)
      : callUint(l1, token, BRIDGED_ERC20, "balanceOf", [vault], at),
  ]);
  return { deposited, released, owed, balance };
}

/** A bridged token not deployed yet has no supply. */
async function readTotalSupply(sidechain: RpcReader, token: Address, at: number): Promise<bigint> {
  const code = await sidechain.send("eth_getCode", [token, blockParameter(at)]);
  return code === "0x" ? 0n : callUint(sidechain, token, BRIDGED_ERC20, "totalSupply", [], at);
}

async function readBalance(reader: RpcReader, address: Address, at: BlockTag): Promise<bigint> {
  return BigInt(String(await reader.send("eth_getBalance", [address, blockParameter(at)])));
}

function judge(
  token: Address,
  releasedBefore: bigint,
  { credited, burned, circulating }: SidechainAmounts,
  { deposited, released, owed, balance }: L1Amounts,
): Solvency {
  const supply = credited - burned;
  const locked = deposited - released;
  const failures: string[] = [];
  if (deposited < credited) failures.push(`credited ${credited} exceeds deposited ${deposited}`);
  if (burned < releasedBefore) failures.push(`released ${releasedBefore} exceeds burned ${burned}`);
  // Wei forced into Mint makes less circulate than was credited; burned base fees still count as circulating (B15).
  const circulates = token === ETH_TOKEN ? circulating <= supply : circulating === supply;
  if (!circulates) failures.push(`${circulating} circulate, credited - burned is ${supply}`);
  if (balance < locked + owed) failures.push(`Vault holds ${balance}, locked ${locked} and owed ${owed}`);
  const pending = deposited - credited + (burned - released);
  return { token, locked, supply, pending, ok: failures.length === 0, failures };
}
