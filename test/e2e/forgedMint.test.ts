import assert from "node:assert/strict";
import { bridgedToken } from "@causeway/bridge/deployment/bridgedToken";
import { readDepositDelivery, readInboxCount } from "@causeway/bridge/messages/readInboxes";
import { httpRpc } from "@causeway/bridge/rpc/httpRpc";
import { depositErc20 } from "@causeway/bridge/transfers/depositErc20";
import * as AccumulatingOutbox from "@causeway/contracts/AccumulatingOutbox";
import * as BridgedERC20 from "@causeway/contracts/BridgedERC20";
import * as Mint from "@causeway/contracts/Mint";
import * as TestToken from "@causeway/contracts/TestToken";
import type { Cluster } from "@causeway/devnet/cluster";
import { devAccount } from "@causeway/devnet/devnetAccounts";
import { waitFor } from "@causeway/devnet/waitFor";
import type { BridgeConfig } from "@causeway/protocol/genesis";
import type { Address } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import { ETH_TOKEN, encodeDeposit } from "@causeway/protocol/transferData";
import { Contract, ContractFactory, JsonRpcProvider, NonceManager, parseEther, Wallet } from "ethers";
import { sharedCluster } from "../support/sharedCluster.js";

const DELIVERY_TIMEOUT_MS = 120_000;
const FORGED = parseEther("1000000");
const DEPOSITED = parseEther("3");

/** Somebody who is not the Vault asks for money (B2): by message, and by direct call. */
describe("a forged mint credits nothing (B2, B8)", () => {
  const thief = devAccount(6);
  const victim = thief.address.toLowerCase() as Address;
  let cluster: Cluster;
  let bridge: BridgeConfig;
  let l1: JsonRpcProvider;
  let sidechain: JsonRpcProvider;
  let onL1: NonceManager;
  let onSidechain: NonceManager;
  let token: Address;

  before(async () => {
    cluster = await sharedCluster();
    const config = (await cluster.genesis()).config.causeway.bridge;
    assert.ok(config);
    bridge = config;
    l1 = new JsonRpcProvider(cluster.l1Url, bridge.l1ChainId, { staticNetwork: true, batchMaxCount: 1 });
    sidechain = new JsonRpcProvider(cluster.rpcUrl(2), cluster.options.chainId, {
      staticNetwork: true,
      batchMaxCount: 1,
    });
    onL1 = new NonceManager(new Wallet(thief.privateKey, l1));
    onSidechain = new NonceManager(new Wallet(thief.privateKey, sidechain));
    const deployed = await new ContractFactory(TestToken.abi, TestToken.bytecode, onL1).deploy(
      "Real",
      "REAL",
      FORGED,
    );
    await deployed.waitForDeployment();
    token = (await deployed.getAddress()).toLowerCase() as Address;
    const sent = await depositErc20(bridge, onL1, { token, recipient: victim, amount: DEPOSITED });
    await delivered(sent.message.nonce);
  });
  after(() => {
    l1?.destroy();
    sidechain?.destroy();
  });

  it("a message to Mint from a sender other than the Vault is consumed and fails", async () => {
    const before = await sidechain.getBalance(victim);
    const data = encodeDeposit({
      originChainId: BigInt(bridge.l1ChainId),
      originToken: ETH_TOKEN,
      from: victim,
      to: victim,
      amount: FORGED,
      name: "",
      symbol: "",
      decimals: 18,
    });
    assert.equal(await sendMessage(PREDEPLOYS.mint, data), "failed");
    assert.equal(await sidechain.getBalance(victim), before);
  });

  it("a message to a BridgedERC20 is consumed and fails", async () => {
    const bridged = bridgedToken(bridge.l1ChainId, token);
    const data = encodeDeposit({
      originChainId: BigInt(bridge.l1ChainId),
      originToken: token,
      from: victim,
      to: victim,
      amount: FORGED,
      name: "Real",
      symbol: "REAL",
      decimals: 18,
    });
    assert.equal(await sendMessage(bridged, data), "failed");
    assert.equal(await supply(), DEPOSITED);
  });

  it("a direct call of Mint or BridgedERC20 reverts for anyone", async () => {
    const mint = new Contract(PREDEPLOYS.mint, Mint.abi, onSidechain);
    const bridged = new Contract(bridgedToken(bridge.l1ChainId, token), BridgedERC20.abi, onSidechain);
    await assert.rejects(
      mint.getFunction("receiveBridgeMessage").staticCall(0, bridge.l1ChainId, bridge.vault, "0x"),
      /NotInbox/,
    );
    await assert.rejects(bridged.getFunction("mint").staticCall(victim, FORGED), /NotMint/);
    const response = await bridged.getFunction("mint")(victim, FORGED, { gasLimit: 200_000 });
    await assert.rejects(response.wait(), { code: "CALL_EXCEPTION" });
    assert.equal(await supply(), DEPOSITED);
  });

  async function sendMessage(target: Address, data: string): Promise<string> {
    const outbox = new Contract(bridge.outbox, AccumulatingOutbox.abi, onL1);
    const nonce = Number(await outbox.getFunction("count").staticCall());
    await (await outbox.getFunction("send")(target, 500_000, data)).wait();
    return delivered(nonce);
  }

  async function delivered(nonce: number): Promise<string> {
    const reader = httpRpc(cluster.rpcUrl(2));
    await waitFor(
      `message ${nonce} to be consumed`,
      async () => ((await readInboxCount(reader)) > nonce ? true : null),
      {
        timeoutMs: DELIVERY_TIMEOUT_MS,
      },
    );
    return readDepositDelivery(reader, nonce);
  }

  async function supply(): Promise<bigint> {
    return new Contract(bridgedToken(bridge.l1ChainId, token), BridgedERC20.abi, sidechain)
      .getFunction("totalSupply")
      .staticCall();
  }
});
