import assert from "node:assert/strict";
import { type Address, fromHex, type Hash, type Hex } from "@causeway/protocol/hex";
import { parseEther, parseUnits, Wallet } from "ethers";
import { TEST_CHAIN_ID, TestNetwork } from "./support/testNetwork.js";
import { waitFor } from "./support/waitFor.js";

const RICH = new Wallet(`0x${"ab".repeat(32)}`);
const TRANSACTIONS = 3;

describe("a validator that connects later (N2), on real sockets", () => {
  let network: TestNetwork;

  before(async () => {
    const accounts = new Map([[RICH.address.toLowerCase() as Address, parseEther("100")]]);
    network = await TestNetwork.create({ validators: 4, accounts });
  });
  after(() => network.destroy());

  it("gets what was pooled before it came", async () => {
    const first = await network.start(0);
    const hashes: Hash[] = [];
    for (let nonce = 0; nonce < TRANSACTIONS; nonce++)
      hashes.push(await first.chain.pool.add(await transfer(nonce)));
    const second = await network.start(1);
    await waitFor("the pool of the first at the second", () =>
      hashes.every((hash) => second.chain.pool.get(hash) !== null),
    );
    assert.equal(second.chain.pool.stats().pending, TRANSACTIONS);
  });
});

async function transfer(nonce: number): Promise<Uint8Array> {
  const raw = await RICH.signTransaction({
    type: 2,
    chainId: TEST_CHAIN_ID,
    nonce,
    to: RICH.address,
    gasLimit: 21_000n,
    maxFeePerGas: parseUnits("10", "gwei"),
    maxPriorityFeePerGas: parseUnits("1", "gwei"),
  });
  return fromHex(raw as Hex);
}
