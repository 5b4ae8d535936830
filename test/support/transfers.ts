import { readSolvency } from "@causeway/bridge/audit/readSolvency";
import { type BridgeSides, connectBridge } from "@causeway/bridge/bridgeSides";
import { MINT, VAULT } from "@causeway/bridge/contractInterfaces";
import { bridgedToken } from "@causeway/bridge/deployment/bridgedToken";
import { httpRpc } from "@causeway/bridge/rpc/httpRpc";
import * as TestToken from "@causeway/contracts/TestToken";
import type { Cluster } from "@causeway/devnet/cluster";
import { devAccount } from "@causeway/devnet/devnetAccounts";
import { waitFor } from "@causeway/devnet/waitFor";
import type { BridgeConfig } from "@causeway/protocol/genesis";
import { genesisBacking } from "@causeway/protocol/genesisBacking";
import type { Address } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import { ETH_TOKEN } from "@causeway/protocol/transferData";
import { ContractFactory, type Interface, JsonRpcProvider, NonceManager, toBeHex, Wallet } from "ethers";

const ARRIVAL_TIMEOUT_MS = 180_000;

/** One account on both sides of a running bridge, and what tests ask of it. */
export interface Crosser {
  readonly address: Address;
  readonly bridge: BridgeConfig;
  readonly sides: BridgeSides;
  readonly l1: JsonRpcProvider;
  readonly sidechain: JsonRpcProvider;
  readonly onL1: NonceManager;
  readonly onSidechain: NonceManager;
  /** Deploy an ERC-20 on L1 and own all of it. */
  deployToken(supply: bigint): Promise<Address>;
  /** Address of a token's twin on the sidechain. */
  twin(token: Address): Address;
  /** How often a deposit was credited. */
  credits(nonce: number): Promise<number>;
  /** How often a withdrawal was released. */
  releases(nonce: number): Promise<number>;
  waitForCredit(nonce: number): Promise<void>;
  waitForRelease(nonce: number): Promise<void>;
  /** B15 failures over ETH and these tokens; empty when solvent. */
  insolvency(tokens?: readonly Address[]): Promise<readonly string[]>;
  close(): void;
}

/** @param account index of the well-known test account to use. */
export async function crosserOf(cluster: Cluster, account: number, validator = 1): Promise<Crosser> {
  const genesis = await cluster.genesis();
  const sides = await connectBridge(httpRpc(cluster.l1Url), httpRpc(cluster.rpcUrl(validator)), genesis);
  const { bridge } = sides;
  const l1 = new JsonRpcProvider(cluster.l1Url, bridge.l1ChainId, { staticNetwork: true, batchMaxCount: 1 });
  const sidechain = new JsonRpcProvider(cluster.rpcUrl(validator), cluster.options.chainId, {
    staticNetwork: true,
    batchMaxCount: 1,
  });
  const { address, privateKey } = devAccount(account);
  const onL1 = new NonceManager(new Wallet(privateKey, l1));
  const onSidechain = new NonceManager(new Wallet(privateKey, sidechain));

  async function count(
    provider: JsonRpcProvider,
    contract: Interface,
    event: string,
    at: Address,
    nonce: number,
  ): Promise<number> {
    const topic = contract.getEvent(event)?.topicHash;
    if (topic === undefined) throw new Error(`no event ${event}`);
    const logs = await provider.getLogs({
      address: at,
      topics: [topic, toBeHex(nonce, 32)],
      fromBlock: 0,
      toBlock: "latest",
    });
    return logs.length;
  }
  const credits = (nonce: number) => count(sidechain, MINT, "Credited", PREDEPLOYS.mint, nonce);
  const releases = (nonce: number) => count(l1, VAULT, "Released", bridge.vault, nonce);

  return {
    ...{ bridge, sides, l1, sidechain, onL1, onSidechain, credits, releases },
    address: address.toLowerCase() as Address,
    twin: (token) => bridgedToken(bridge.l1ChainId, token),
    async deployToken(supply) {
      const token = await new ContractFactory(TestToken.abi, TestToken.bytecode, onL1).deploy(
        "Token",
        "TOK",
        supply,
      );
      await token.waitForDeployment();
      return (await token.getAddress()).toLowerCase() as Address;
    },
    waitForCredit: (nonce) => arrival(`deposit ${nonce} to be credited`, () => credits(nonce)),
    waitForRelease: (nonce) => arrival(`withdrawal ${nonce} to be released`, () => releases(nonce)),
    async insolvency(tokens = []) {
      const reports = await readSolvency(sides, genesisBacking(genesis), [ETH_TOKEN, ...tokens]);
      return reports.flatMap(({ token, failures }) => failures.map((failure) => `${token}: ${failure}`));
    },
    close() {
      l1.destroy();
      sidechain.destroy();
    },
  };
}

async function arrival(what: string, count: () => Promise<number>): Promise<void> {
  await waitFor(what, async () => ((await count()) > 0 ? true : null), { timeoutMs: ARRIVAL_TIMEOUT_MS });
}
