import { readSolvency } from "@causeway/bridge/audit/readSolvency";
import { type BridgeSides, connectBridge } from "@causeway/bridge/bridgeSides";
import { MINT, VAULT } from "@causeway/bridge/contractInterfaces";
import { bridgedToken } from "@causeway/bridge/deployment/bridgedToken";
import type { SentMessage } from "@causeway/bridge/messages/decodeMessageSent";
import { httpRpc } from "@causeway/bridge/rpc/httpRpc";
import { depositErc20 } from "@causeway/bridge/transfers/depositErc20";
import { depositEth } from "@causeway/bridge/transfers/depositEth";
import { withdrawErc20 } from "@causeway/bridge/transfers/withdrawErc20";
import { withdrawEth } from "@causeway/bridge/transfers/withdrawEth";
import * as TestToken from "@causeway/contracts/TestToken";
import { CausewayError } from "@causeway/protocol/errors";
import type { BridgeConfig } from "@causeway/protocol/genesis";
import { genesisBacking } from "@causeway/protocol/genesisBacking";
import type { Address, Hash } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import { ETH_TOKEN } from "@causeway/protocol/transferData";
import { ContractFactory, JsonRpcProvider, NonceManager, parseEther, toBeHex, Wallet } from "ethers";
import type { Cluster } from "./cluster.js";
import { devAccount } from "./devnetAccounts.js";
import type { DevnetEvent } from "./events.js";
import { waitFor } from "./waitFor.js";

const STEP_TIMEOUT_MS = 180_000;
const POLL_MS = 250;
/** The demonstration's token has 18 decimals, as ETH has. */
const AMOUNTS = {
  deposit: { ETH: parseEther("1"), token: parseEther("100") },
  withdrawal: { ETH: parseEther("0.4"), token: parseEther("40") },
  tokenSupply: parseEther("1000000"),
} as const;

/**
 * The demonstration: 1 ETH and 100 tokens to the sidechain, 0.4 and 40 back to L1, solvency after every step (B15).
 * @throws CausewayError "Insolvent" as soon as an inequality fails, "Timeout" when a step does not come.
 */
export async function cross(
  cluster: Cluster,
  emit: (event: DevnetEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const genesis = await cluster.genesis();
  const sides = await connectBridge(httpRpc(cluster.l1Url), httpRpc(cluster.rpcUrl(1)), genesis);
  const { bridge } = sides;
  const l1 = new JsonRpcProvider(cluster.l1Url, bridge.l1ChainId, { staticNetwork: true, batchMaxCount: 1 });
  const sidechain = new JsonRpcProvider(cluster.rpcUrl(1), cluster.options.chainId, {
    staticNetwork: true,
    batchMaxCount: 1,
  });
  l1.pollingInterval = POLL_MS;
  sidechain.pollingInterval = POLL_MS;
  try {
    await new Crossing({
      ...{ l1, sidechain, sides, bridge, emit, signal },
      chainId: cluster.options.chainId,
      backing: genesisBacking(genesis),
    }).run();
  } finally {
    l1.destroy();
    sidechain.destroy();
  }
}

interface CrossingContext {
  readonly l1: JsonRpcProvider;
  readonly sidechain: JsonRpcProvider;
  readonly sides: BridgeSides;
  readonly bridge: BridgeConfig;
  readonly chainId: number;
  /** Wei of the genesis alloc that L1 backs (B9). */
  readonly backing: bigint;
  readonly emit: (event: DevnetEvent) => void;
  readonly signal: AbortSignal;
}

/** An asset by its L1 address. */
interface Asset {
  /** "ETH" or the token's L1 address. */
  readonly name: string;
  readonly token: Address;
}

class Crossing {
  private readonly context: CrossingContext;
  private readonly onL1: NonceManager;
  private readonly onSidechain: NonceManager;
  private readonly user: Address;

  constructor(context: CrossingContext) {
    this.context = context;
    const { address, privateKey } = devAccount(0);
    this.user = address.toLowerCase() as Address;
    this.onL1 = new NonceManager(new Wallet(privateKey, context.l1));
    this.onSidechain = new NonceManager(new Wallet(privateKey, context.sidechain));
  }

  async run(): Promise<void> {
    const eth: Asset = { name: "ETH", token: ETH_TOKEN };
    const demo = await this.deployToken();
    const assets = [eth, demo];
    await this.checkSolvency(assets);
    const deposits = [
      await this.lock(eth, AMOUNTS.deposit.ETH, assets),
      await this.lock(demo, AMOUNTS.deposit.token, assets),
    ];
    await Promise.all(deposits.map((deposit) => this.minted(deposit, assets)));
    const withdrawals = [
      await this.burn(eth, AMOUNTS.withdrawal.ETH, assets),
      await this.burn(demo, AMOUNTS.withdrawal.token, assets),
    ];
    await Promise.all(withdrawals.map((withdrawal) => this.released(withdrawal, assets)));
  }

  private async deployToken(): Promise<Asset> {
    const factory = new ContractFactory(TestToken.abi, TestToken.bytecode, this.onL1);
    const token = await factory.deploy("Demonstration", "DEMO", AMOUNTS.tokenSupply);
    await token.waitForDeployment();
    const address = (await token.getAddress()).toLowerCase() as Address;
    return { name: address, token: address };
  }

  private async lock(asset: Asset, amount: bigint, assets: readonly Asset[]): Promise<Step> {
    const { bridge } = this.context;
    const sent =
      asset.token === ETH_TOKEN
        ? await depositEth(bridge, this.onL1, { recipient: this.user, amount })
        : await depositErc20(bridge, this.onL1, { token: asset.token, recipient: this.user, amount });
    const step = { asset, amount, sent };
    this.tell("deposit.locked", step, sent.transactionHash, bridge.l1ChainId);
    await this.checkSolvency(assets);
    return step;
  }

  private async burn(asset: Asset, amount: bigint, assets: readonly Asset[]): Promise<Step> {
    const { bridge, chainId } = this.context;
    const sent =
      asset.token === ETH_TOKEN
        ? await withdrawEth(this.onSidechain, { recipient: this.user, amount })
        : await withdrawErc20(this.onSidechain, {
            token: bridgedToken(bridge.l1ChainId, asset.token),
            recipient: this.user,
            amount,
          });
    const step = { asset, amount, sent };
    this.tell("withdrawal.burned", step, sent.transactionHash, chainId);
    await this.checkSolvency(assets);
    return step;
  }

  private async minted(step: Step, assets: readonly Asset[]): Promise<void> {
    const hash = await this.eventOf("Credited", step, this.context.sidechain, PREDEPLOYS.mint);
    this.tell("deposit.minted", step, hash, this.context.chainId);
    await this.checkSolvency(assets);
  }

  private async released(step: Step, assets: readonly Asset[]): Promise<void> {
    const { l1, bridge } = this.context;
    this.tell(
      "withdrawal.released",
      step,
      await this.eventOf("Released", step, l1, bridge.vault),
      bridge.l1ChainId,
    );
    await this.checkSolvency(assets);
  }

  /** Transaction that carried the event with this message's nonce, once there is one with the right amount. */
  private eventOf(
    name: "Credited" | "Released",
    step: Step,
    chain: JsonRpcProvider,
    address: Address,
  ): Promise<Hash> {
    const contract = name === "Credited" ? MINT : VAULT;
    const event = contract.getEvent(name);
    if (event === null) throw new Error(`no event ${name}`);
    const topics = [event.topicHash, toBeHex(step.sent.message.nonce, 32)];
    return waitFor(
      `${name} of message ${step.sent.message.nonce}`,
      async () => {
        const [log] = await chain.getLogs({ address, topics, fromBlock: 0, toBlock: "latest" });
        if (log === undefined) return null;
        const amount: unknown = contract.decodeEventLog(event, log.data, log.topics).getValue("amount");
        if (amount !== step.amount) throw new Error(`${name} carried ${amount}, not ${step.amount}`);
        return log.transactionHash as Hash;
      },
      { timeoutMs: STEP_TIMEOUT_MS, intervalMs: POLL_MS, signal: this.context.signal },
    );
  }

  private tell(
    event: "deposit.locked" | "deposit.minted" | "withdrawal.burned" | "withdrawal.released",
    { asset, amount }: Step,
    txHash: Hash,
    chainId: number,
  ): void {
    this.context.emit({ event, token: asset.name, amount: amount.toString(), txHash, chainId });
  }

  private async checkSolvency(assets: readonly Asset[]): Promise<void> {
    const { sides, backing, emit } = this.context;
    const tokens = assets.map(({ token }) => token);
    for (const { token, locked, supply, pending, ok, failures } of await readSolvency(
      sides,
      backing,
      tokens,
    )) {
      const name = token === ETH_TOKEN ? "ETH" : token;
      emit({
        event: "solvency",
        token: name,
        locked: locked.toString(),
        supply: supply.toString(),
        pending: pending.toString(),
        ok,
      });
      if (!ok) {
        throw new CausewayError(
          { code: "Insolvent", token: name },
          `solvency of ${name} broken (B15): ${failures.join("; ")}`,
        );
      }
    }
  }
}

interface Step {
  readonly asset: Asset;
  readonly amount: bigint;
  readonly sent: SentMessage;
}
