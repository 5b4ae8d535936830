import assert from "node:assert/strict";
import { type Contract, concat, getCreate2Address, keccak256, toBeHex, ZeroAddress, ZeroHash } from "ethers";
import { compiledContract } from "../support/compileSolidity.js";
import { type Published, publishedContracts } from "../support/published.js";
import { Sender } from "../support/sender.js";
import { toolChain } from "../support/toolChain.js";

const SUPPLY = 10n ** 24n;
const LIQUIDITY = 10n ** 18n;
const Q96 = 2n ** 96n;
const [FEE, TICK_SPACING] = [3_000n, 60n];
const RANGE = [-600n, 600n] as const;
const MIN_SQRT_PRICE = 4_295_128_739n;
/** All 14 permissions of a hook, in the low bits of its address. */
const ALL_HOOKS = 0x3fffn;
const DEPLOYMENT_PROXY = "0x4e59b44847b379578588920cA78FbF26c0B4956C";

describe("Uniswap v4 core", () => {
  const artifact = (published: Published, name: string) =>
    published(`@uniswap/v4-core/out/${name}.sol/${name}.json`);

  it("runs its 24 KB PoolManager: pools with and without hooks, liquidity, swaps, ether as a currency", async function () {
    const published = await publishedContracts();
    if (published === null) return this.skip();
    const sender = await Sender.open(await toolChain(), "uniswap v4");
    const manager = await sender.deploy(await artifact(published, "PoolManager"), [sender.address], {
      gasLimit: 7_000_000,
    });
    const at = await manager.getAddress();
    const lender = await sender.deploy(await artifact(published, "PoolModifyLiquidityTest"), [at]);
    const swapper = await sender.deploy(await artifact(published, "PoolSwapTest"), [at]);
    const donor = await sender.deploy(await artifact(published, "PoolDonateTest"), [at]);
    const tokens: Contract[] = [];
    for (let i = 0; i < 2; i++) tokens.push(await sender.deploy(compiledContract("VotesToken"), [SUPPLY]));
    tokens.sort((a, b) => (BigInt(a.target as string) < BigInt(b.target as string) ? -1 : 1));
    const [token0, token1] = tokens as [Contract, Contract];
    const [currency0, currency1] = [token0.target, token1.target];
    const hooks = await artifact(published, "EmptyTestHooks");
    const { salt, address: hooked } = mineHook(hooks.bytecode);
    await sender.send("hook by the deployment proxy", {
      to: DEPLOYMENT_PROXY,
      data: concat([salt, hooks.bytecode]),
    });
    for (const token of [token0, token1]) {
      for (const spender of [lender, swapper, donor])
        await sender.call(token, "approve", [await spender.getAddress(), SUPPLY]);
    }
    await sender.settle();

    const plain = [currency0, currency1, FEE, TICK_SPACING, ZeroAddress];
    const pools = [plain, [...plain.slice(0, 4), hooked], [ZeroAddress, ...plain.slice(1)]];
    const settings = [false, false];
    for (const key of pools) {
      const value = key[0] === ZeroAddress ? 10n ** 18n : 0n;
      await sender.call(manager, "initialize", [key, Q96]);
      await sender.call(
        lender,
        "modifyLiquidity((address,address,uint24,int24,address),(int24,int24,int256,bytes32),bytes)",
        [key, [...RANGE, LIQUIDITY, ZeroHash], "0x"],
        { value },
      );
      await sender.call(swapper, "swap", [key, [true, -(10n ** 15n), MIN_SQRT_PRICE + 1n], settings, "0x"], {
        value,
      });
      await sender.call(donor, "donate", [key, 7n, 8n, "0x"], { value });
    }
    await sender.call(manager, "initialize", [plain, Q96], { fails: true });
    const receipts = await sender.settle();
    const swaps = receipts.flatMap(({ logs }) =>
      logs.map((log) => manager.interface.parseLog(log)).filter((event) => event?.name === "Swap"),
    );
    assert.equal(swaps.length, pools.length);
    // Equal pools move equally, whatever their currencies and hooks.
    const moved = swaps.map((event) => [event?.args.amount0, event?.args.amount1, event?.args.sqrtPriceX96]);
    assert.deepEqual(moved, [moved[0], moved[0], moved[0]]);
    const [amount0, amount1, price] = moved[0] as [bigint, bigint, bigint];
    assert.equal(amount0, -(10n ** 15n));
    // Less the fee, along L·(1/√P − 1): the price falls by what came in.
    const paid = (10n ** 15n * (1_000_000n - FEE)) / 1_000_000n;
    const expected = (LIQUIDITY * Q96 * Q96) / (LIQUIDITY * Q96 + paid * Q96);
    assert.ok(price - expected <= 1n && expected - price <= 1n, `${price} near ${expected}`);
    assert.equal(amount1, (LIQUIDITY * (Q96 - price)) / Q96);
    // Two of the three pools hold token 0, the third holds ether in its place.
    const ether = await sender.chain.provider.getBalance(at);
    assert.ok(ether > 0n);
    assert.equal(await token0.getFunction("balanceOf")(at), 2n * ether);
  });

  function mineHook(initCode: string): { salt: string; address: string } {
    const hash = keccak256(initCode);
    for (let i = 0n; ; i++) {
      const salt = toBeHex(i, 32);
      const address = getCreate2Address(DEPLOYMENT_PROXY, salt, hash);
      if ((BigInt(address) & ALL_HOOKS) === ALL_HOOKS) return { salt, address };
    }
  }
});
