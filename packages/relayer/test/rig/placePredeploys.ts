import { ETHEREUM_VIEW, MINT, ORDERED_INBOX, VALIDATOR_SET } from "@causeway/bridge/contractInterfaces";
import { quantity, type RpcReader } from "@causeway/bridge/rpc/rpcReader";
import { bytecode as ethereumViewCode } from "@causeway/contracts/EthereumView";
import { bytecode as mintCode } from "@causeway/contracts/Mint";
import { bytecode as orderedInboxCode } from "@causeway/contracts/OrderedInbox";
import { abi as outboxAbi, bytecode as outboxCode } from "@causeway/contracts/Outbox";
import { bytecode as validatorSetCode } from "@causeway/contracts/ValidatorSet";
import type { BridgeConfig } from "@causeway/protocol/genesis";
import type { Address, Hex } from "@causeway/protocol/hex";
import { MINT_BALANCE_WEI, PREDEPLOYS } from "@causeway/protocol/predeploys";
import { concat, Interface, toBeHex } from "ethers";
import { until } from "./until.js";

/** What the predeploys are built from. */
export interface PredeployOptions {
  readonly bridge: BridgeConfig;
  readonly validators: readonly Address[];
  readonly attesters: readonly Address[];
  readonly epochLength: number;
  readonly minValidators: number;
  /** Wei of the genesis `alloc` outside Mint. */
  readonly backing: bigint;
  readonly attestInterval: number;
  /** Any funded account of the anvil. */
  readonly from: Address;
}

/**
 * Put the sidechain's system contracts into an anvil, each built by its own constructor at its own address.
 * @returns height of the last block that may not have all of them: the anvil mines meanwhile.
 */
export async function placePredeploys(anvil: RpcReader, options: PredeployOptions): Promise<number> {
  const { bridge, validators, attesters, epochLength, minValidators, backing, attestInterval } = options;
  const { validatorSet, outbox, orderedInbox, ethereumView, mint } = PREDEPLOYS;
  const { l1ChainId } = bridge;
  const operators = validators.map((_, i) => toBeHex(0x0be0_0000 + i, 20));
  const creations: readonly (readonly [Address, Hex, Interface, readonly unknown[]])[] = [
    [
      validatorSet,
      validatorSetCode,
      VALIDATOR_SET,
      [validators, operators, attesters, epochLength, minValidators],
    ],
    [outbox, outboxCode, new Interface(outboxAbi), [l1ChainId]],
    [orderedInbox, orderedInboxCode, ORDERED_INBOX, [ethereumView, l1ChainId, bridge.outbox]],
    [ethereumView, ethereumViewCode, ETHEREUM_VIEW, [validatorSet, l1ChainId, bridge.outbox, attestInterval]],
    [mint, mintCode, MINT, [outbox, orderedInbox, bridge.vault, l1ChainId, backing]],
  ];
  for (const [address, bytecode, contract, args] of creations) {
    const initCode = concat([bytecode, contract.encodeDeploy([...args])]) as Hex;
    await runConstructor(anvil, address, initCode, options.from);
  }
  await anvil.send("anvil_setBalance", [mint, quantity(MINT_BALANCE_WEI)]);
  return Number(await anvil.send("eth_blockNumber", []));
}

/** Creation code run as a call at the address writes its storage there and returns the code with immutables filled in. */
async function runConstructor(
  anvil: RpcReader,
  address: Address,
  initCode: Hex,
  from: Address,
): Promise<void> {
  await anvil.send("anvil_setCode", [address, initCode]);
  const code = await anvil.send("eth_call", [{ from, to: address }, "latest"]);
  const hash = await anvil.send("eth_sendTransaction", [{ from, to: address, gas: quantity(5_000_000) }]);
  await anvil.send("evm_mine", []);
  await until("constructor run", async () => {
    const receipt = (await anvil.send("eth_getTransactionReceipt", [hash])) as { status: string } | null;
    if (receipt?.status === "0x0") throw new Error(`the constructor at ${address} reverted`);
    return receipt !== null;
  });
  await anvil.send("anvil_setCode", [address, code]);
}
