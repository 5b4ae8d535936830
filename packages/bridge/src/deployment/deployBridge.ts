import type { BridgeConfig } from "@causeway/protocol/genesis";
import type { Address, Hex } from "@causeway/protocol/hex";
import { DEPLOYMENT_ORDER, predictBridge } from "@causeway/protocol/predictBridge";
import { getCreateAddress, type Signer } from "ethers";
import { auditL1 } from "../audit/auditBridge.js";
import { BridgeError } from "../bridgeError.js";
import { requireChainId } from "../bridgeSides.js";
import type { RpcReader } from "../rpc/rpcReader.js";
import { sendTransaction } from "../rpc/sendTransaction.js";
import { contractCreation } from "./contractCreation.js";
import type { GenesisCommitment } from "./genesisCommitment.js";

/** Told before each contract; `done` when it stood there already. */
export type DeploymentProgress = (step: { contract: string; address: Address; done: boolean }) => void;

/**
 * Put the L1 side in place: four contracts from the deployer the genesis was made for, each at the address the genesis
 * names (B9). Run again after a failure, it goes on where it stopped. Ends with {@link auditL1}.
 * @throws {BridgeError} NoBridge, WrongChain; AddressMismatch when deployer or nonce are not the ones the genesis was
 * made for; CodeMismatch; TransactionFailed.
 */
export async function deployBridge(
  l1: RpcReader,
  signer: Signer,
  commitment: GenesisCommitment,
  onProgress: DeploymentProgress = () => {},
): Promise<BridgeConfig> {
  const bridge = commitment.genesis.config.causeway.bridge;
  if (bridge === null) throw new BridgeError({ code: "NoBridge" }, "genesis: config.causeway.bridge is null");
  await requireChainId(l1, bridge.l1ChainId);
  const deployer = (await signer.getAddress()).toLowerCase() as Address;
  const first = await deployerNonce(l1, bridge, deployer);
  for (const [i, contract] of DEPLOYMENT_ORDER.entries()) {
    const address = bridge[contract];
    const done = (await codeAt(l1, address)) !== "0x";
    onProgress({ contract, address, done });
    if (done) continue;
    await requireNonce(l1, deployer, first + i, contract, address);
    await sendTransaction(signer, { ...contractCreation(contract, bridge, commitment), nonce: first + i });
  }
  const findings = await auditL1(l1, commitment);
  const failed = findings.find((finding) => !finding.ok);
  if (failed !== undefined) {
    const { contract, address } = failed;
    throw new BridgeError(
      { code: "CodeMismatch", contract, address },
      `${contract} ${address}: ${failed.check} is ${failed.actual}, must be ${failed.expected} (B9)`,
    );
  }
  return bridge;
}

/** The nonce n, reached already, for which CREATE gives the four addresses of the genesis. */
async function deployerNonce(l1: RpcReader, bridge: BridgeConfig, deployer: Address): Promise<number> {
  const reached = await transactionCount(l1, deployer);
  for (let nonce = 0; nonce <= reached; nonce++) {
    if (getCreateAddress({ from: deployer, nonce }).toLowerCase() !== bridge.outbox) continue;
    const predicted = predictBridge(bridge.l1ChainId, deployer, nonce);
    if (DEPLOYMENT_ORDER.every((contract) => predicted[contract] === bridge[contract])) return nonce;
  }
  throw new BridgeError(
    { code: "AddressMismatch", contract: "outbox", expected: bridge.outbox, actual: deployer },
    `deployer ${deployer}, at nonce ${reached}, cannot create the addresses of the genesis (outbox ${bridge.outbox}): ` +
      "deploy with the account given to init as --deployer, at its --deployer-nonce (B9)",
  );
}

async function transactionCount(l1: RpcReader, address: Address): Promise<number> {
  return Number(await l1.send("eth_getTransactionCount", [address, "latest"]));
}

async function requireNonce(
  l1: RpcReader,
  deployer: Address,
  nonce: number,
  contract: string,
  expected: Address,
): Promise<void> {
  const actual = await transactionCount(l1, deployer);
  if (actual === nonce) return;
  throw new BridgeError(
    { code: "AddressMismatch", contract, expected, actual: deployer },
    `deployer ${deployer} is at nonce ${actual}, ${contract} ${expected} needs nonce ${nonce}: ` +
      `it was made for --deployer-nonce ${nonce - DEPLOYMENT_ORDER.indexOf(contract as "outbox")} (B9)`,
  );
}

async function codeAt(l1: RpcReader, address: Address): Promise<Hex> {
  return (await l1.send("eth_getCode", [address, "latest"])) as Hex;
}
