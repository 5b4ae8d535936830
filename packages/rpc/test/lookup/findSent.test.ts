import assert from "node:assert/strict";
import { chainError } from "@causeway/chain/chainError";
import type { ChainReader } from "@causeway/chain/chainReader";
import type { Address } from "@causeway/protocol/hex";
import { Wallet } from "ethers";
import type { RpcContext } from "../../src/context.js";
import { findSent } from "../../src/lookup/findSent.js";
import { CHAIN_ID, FUNDED_KEYS, LiveChain } from "../support/liveChain.js";
import { RpcClient } from "../support/rpcClient.js";

const [SENDER, OTHER] = FUNDED_KEYS.slice(0, 2).map((key) => new Wallet(key)) as [Wallet, Wallet];
const BLOCKS = 30;

describe("the transaction of a sender's nonce", () => {
  let live: LiveChain;
  /** By nonce of SENDER. */
  const hashes: string[] = [];
  before(async () => {
    live = await LiveChain.start();
    live.autoMine = false;
    for (let number = 1; number <= BLOCKS; number++) {
      // Two of SENDER in some blocks, none in others, where OTHER pays it.
      if (number % 3 !== 0) await send(SENDER, hashes.length);
      if (number % 5 === 0) await send(SENDER, hashes.length);
      await send(OTHER, number - 1);
      await live.mine();
    }
  });
  after(() => live.stop());

  async function send(from: Wallet, nonce: number): Promise<void> {
    const fees = { maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 10n ** 9n, gasLimit: 21_000n };
    const request = { type: 2, chainId: CHAIN_ID, nonce, to: SENDER.address, value: 1n, ...fees };
    const raw = await from.signTransaction(request);
    const hash = await new RpcClient(live.url).result<string>("eth_sendRawTransaction", raw);
    if (from === SENDER) hashes.push(hash);
  }

  /** A node that has only states from `stateStart` on, and an index from `indexStart` on. */
  function pruned(stateStart: number, indexStart = 1): RpcContext {
    const own: Partial<ChainReader> = {
      stateStart: () => stateStart,
      account: (address, number) => {
        if (number < stateStart) throw chainError("HistoryMissing", `no state of block ${number}`);
        return live.reader.account(address, number);
      },
      appearances: async (address, number, side, limit) => {
        const page = await live.reader.appearances(address, number, side, limit);
        const places = page.places.filter((place) => place.number >= indexStart);
        if (places.length === 0) throw chainError("HistoryMissing", `no places before ${indexStart}`);
        return { places, more: page.more };
      },
    };
    const reader = new Proxy(live.reader, {
      get: (target, name) => {
        const value = Reflect.get(own, name) ?? Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    return { reader, scope: { step: async () => {} } } as unknown as RpcContext;
  }

  const sender = SENDER.address.toLowerCase() as Address;
  const find = async (context: RpcContext, nonce: number) =>
    (await findSent(context, sender, BigInt(nonce)))?.transaction.hash ?? null;

  it("is found wherever states begin", async () => {
    for (const stateStart of [0, 1, 7, 20, BLOCKS]) {
      const context = pruned(stateStart);
      for (const [nonce, hash] of hashes.entries()) {
        assert.equal(await find(context, nonce), hash, `nonce ${nonce} with states from ${stateStart}`);
      }
      assert.equal(await find(context, hashes.length), null);
    }
  });

  it("is found as far back as the index of addresses goes, and missed with a word", async () => {
    const context = pruned(25, 16);
    const block = async (nonce: number) =>
      (await live.reader.transaction(hashes[nonce] as Address))?.header.number ?? 0;
    for (const [nonce, hash] of hashes.entries()) {
      if ((await block(nonce)) >= 16) assert.equal(await find(context, nonce), hash, `nonce ${nonce}`);
      else await assert.rejects(find(context, nonce), { code: "HistoryMissing" }, `nonce ${nonce}`);
    }
  });
});
