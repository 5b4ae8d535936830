import { abi as accumulatingOutboxAbi } from "@causeway/contracts/AccumulatingOutbox";
import { abi as bridgedErc20Abi } from "@causeway/contracts/BridgedERC20";
import { abi as claimInboxAbi } from "@causeway/contracts/ClaimInbox";
import { abi as ethereumViewAbi } from "@causeway/contracts/EthereumView";
import { abi as mintAbi } from "@causeway/contracts/Mint";
import { abi as orderedInboxAbi } from "@causeway/contracts/OrderedInbox";
import { abi as sidechainViewAbi } from "@causeway/contracts/SidechainView";
import { abi as validatorSetAbi } from "@causeway/contracts/ValidatorSet";
import { abi as vaultAbi } from "@causeway/contracts/Vault";
import { Interface } from "ethers";

/** Encoders and decoders of every bridge contract. L1's Outbox adds `accAt` to what both sides have. */
export const OUTBOX = new Interface(accumulatingOutboxAbi);
export const SIDECHAIN_VIEW = new Interface(sidechainViewAbi);
export const CLAIM_INBOX = new Interface(claimInboxAbi);
export const VAULT = new Interface(vaultAbi);
export const VALIDATOR_SET = new Interface(validatorSetAbi);
export const ORDERED_INBOX = new Interface(orderedInboxAbi);
export const ETHEREUM_VIEW = new Interface(ethereumViewAbi);
export const MINT = new Interface(mintAbi);
export const BRIDGED_ERC20 = new Interface(bridgedErc20Abi);
