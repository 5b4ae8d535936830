import assert from "node:assert/strict";
import type { Address, Hex } from "@causeway/protocol/hex";
import type { TransactionRequest, Wallet } from "ethers";
import { FUNDED } from "../support/genesisInput.js";
import { forkConfig, makeEthereumChain, type TestEthereumChain } from "../support/makeEthereumChain.js";
import { signed } from "../support/transactions.js";

const GWEI = 10n ** 9n;
const RECIPIENT: Address = `0x${"aa".repeat(20)}`;
/** Above EIP-7825's 2^24, below the block's limit. */
const MUCH_GAS = 20_000_000n;
/** Stops if there is more than MUCH_GAS left, else reverts. */
const GREEDY: Hex = "0x5a6301312d0011600b57005b60006000fd";
const CONTRACT: Address = `0x${"cc".repeat(20)}`;
const [alice] = FUNDED as [Wallet, ...Wallet[]];

describe("on a chain of plain Ethereum's rules those of the head's fork hold (EIP-7825, EIP-7623, EIP-7702)", () => {
  let chain: TestEthereumChain;
  const open = async (fork: Parameters<typeof forkConfig>[0]) => {
    chain = await makeEthereumChain(forkConfig(fork), { [CONTRACT]: { code: GREEDY } });
  };
  afterEach(() => chain.close());

  const add = async (request: TransactionRequest) =>
    chain.pool.add(await signed(alice, { nonce: 0, to: RECIPIENT, ...request }));

  it("for the gas of what is pooled", async () => {
    await open("prague");
    await add({ gasLimit: MUCH_GAS });
    await chain.close();
    await open("osaka");
    await assert.rejects(add({ gasLimit: MUCH_GAS }), {
      message: "transaction gas limit too high (cap: 16777216, tx: 20000000)",
    });
  });

  it("for the types of what is pooled", async () => {
    const london = { type: 2, maxFeePerGas: GWEI, maxPriorityFeePerGas: GWEI };
    const unsupported = { message: "transaction type not supported" };
    await open("berlin");
    await assert.rejects(add(london), unsupported);
    await add({ gasPrice: GWEI });
    await chain.close();
    await open("cancun");
    await add(london);
    const authorization = await alice.authorize({ address: CONTRACT, nonce: 1, chainId: 73_311 });
    const setCode = { type: 4, gasLimit: 100_000n, authorizationList: [authorization] };
    await assert.rejects(add({ nonce: 1, ...setCode }), unsupported);
  });

  it("for what data costs before anything runs", async () => {
    // 21,000 + 100 · 68 before Istanbul, + 100 · 16 after; the floor of Prague is 21,000 + 100 · 40.
    const data = `0x${"ff".repeat(100)}`;
    for (const [fork, minimum] of [
      ["petersburg", 27_800n],
      ["istanbul", 22_600n],
      ["prague", 25_000n],
    ] as const) {
      await open(fork);
      await assert.rejects(add({ data, gasPrice: GWEI, gasLimit: minimum - 1n }), {
        message: new RegExp(`minimum needed ${minimum}$`),
      });
      await add({ data, gasPrice: GWEI, gasLimit: minimum });
      if (fork !== "prague") await chain.close();
    }
  });

  it("for estimates", async () => {
    const estimate = () => chain.reader.estimateGas({ to: CONTRACT }, 0, { gasMax: 30_000_000n });
    await open("prague");
    const found = await estimate();
    assert.ok("gas" in found && found.gas > MUCH_GAS, "Prague bounds no transaction");
    const call = { to: CONTRACT, gas: found.gas };
    assert.equal((await chain.reader.call(call, 0, { gasMax: found.gas })).status, "success");
    assert.equal(chain.reader.transactionGasMax(await chain.head()), null);
    await chain.close();
    await open("osaka");
    const refused = await estimate();
    assert.ok("failure" in refused && refused.failure.status === "revert", "Osaka does");
    assert.equal(chain.reader.transactionGasMax(await chain.head()), 2n ** 24n);
  });
});
