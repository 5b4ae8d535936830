import assert from "node:assert/strict";
import { Contract, getCreate2Address, keccak256, solidityPacked } from "ethers";
import { compiledContract } from "../support/compileSolidity.js";
import { publishedContracts } from "../support/published.js";
import { Sender } from "../support/sender.js";
import { toolChain } from "../support/toolChain.js";

const SUPPLY = 10n ** 24n;
const [IN, OUT_RESERVE] = [10n ** 18n, 5n * 10n ** 18n];
const SWAPPED = 10n ** 16n;
/** Burned for ever at the first mint. */
const MINIMUM_LIQUIDITY = 1_000n;

describe("Uniswap v2 core", () => {
  it("makes a pair, adds liquidity, swaps at the constant product less 0.3 %, and pays out", async function () {
    const published = await publishedContracts();
    if (published === null) return this.skip();
    const factoryCode = await published("@uniswap/v2-core/build/UniswapV2Factory.json");
    const pairCode = await published("@uniswap/v2-core/build/UniswapV2Pair.json");
    const sender = await Sender.open(await toolChain(), "uniswap v2");
    const factory = await sender.deploy(factoryCode, [sender.address], { gasLimit: 5_000_000 });
    const token = compiledContract("VotesToken");
    const deployed = [await sender.deploy(token, [SUPPLY]), await sender.deploy(token, [SUPPLY])] as const;
    const [first, second] = [await deployed[0].getAddress(), await deployed[1].getAddress()];
    const [token0, token1] =
      BigInt(first) < BigInt(second) ? deployed : ([deployed[1], deployed[0]] as const);
    const at = getCreate2Address(
      await factory.getAddress(),
      keccak256(
        solidityPacked(["address", "address"], [await token0.getAddress(), await token1.getAddress()]),
      ),
      keccak256(pairCode.bytecode),
    );
    const pair = new Contract(at, pairCode.abi, sender.chain.provider);

    await sender.call(factory, "createPair", [first, second], { gasLimit: 4_000_000 });
    await sender.call(factory, "createPair", [first, second], { fails: true });
    await sender.call(token0, "transfer", [at, IN]);
    await sender.call(token1, "transfer", [at, OUT_RESERVE]);
    await sender.call(pair, "mint", [sender.address]);
    const out = (SWAPPED * 997n * OUT_RESERVE) / (IN * 1_000n + SWAPPED * 997n);
    await sender.call(token0, "transfer", [at, SWAPPED]);
    await sender.call(pair, "swap", [0n, out + 1n, sender.address, "0x"], { fails: true });
    await sender.call(pair, "swap", [0n, out, sender.address, "0x"]);
    await sender.settle();
    const [reserve0, reserve1] = await pair.getFunction("getReserves")();
    assert.deepEqual([reserve0, reserve1], [IN + SWAPPED, OUT_RESERVE - out]);

    const liquidity: bigint = await pair.getFunction("balanceOf")(sender.address);
    const supply: bigint = await pair.getFunction("totalSupply")();
    assert.equal(liquidity, supply - MINIMUM_LIQUIDITY);
    await sender.call(pair, "transfer", [at, liquidity]);
    await sender.call(pair, "burn", [sender.address]);
    const [, burned] = await sender.settle();
    const events = burned?.logs.map((log) => pair.interface.parseLog(log)?.name);
    assert.deepEqual(events?.slice(-2), ["Sync", "Burn"]);
    const left = await pair.getFunction("getReserves")();
    assert.equal(left[0], IN + SWAPPED - ((IN + SWAPPED) * liquidity) / supply);
    assert.equal(left[1], OUT_RESERVE - out - ((OUT_RESERVE - out) * liquidity) / supply);
  });
});
