import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { Contract, getCreateAddress, id } from "ethers";
import { compiledContract } from "../support/compileSolidity.js";
import { type Deployable, Sender } from "../support/sender.js";
import { toolChain } from "../support/toolChain.js";

/** Where explorers look for the implementation (EIP-1967). */
const IMPLEMENTATION_SLOT = BigInt(id("eip1967.proxy.implementation")) - 1n;

describe("OpenZeppelin proxies", () => {
  const box2 = compiledContract("BoxV2");
  let sender: Sender;
  let v1: Contract;
  let v2: Contract;
  let initialize: string;

  const box = (at: unknown) => new Contract(at as string, box2.abi, sender.chain.provider);

  before(async () => {
    sender = await Sender.open(await toolChain(), "proxies");
    v1 = await sender.deploy(compiledContract("BoxV1"));
    v2 = await sender.deploy(box2);
    initialize = v1.interface.encodeFunctionData("initialize", [sender.address, 21n]);
  });

  it("UUPS upgrades itself, by its owner only", async () => {
    const proxy = box((await sender.deploy(await artifact("ERC1967Proxy"), [v1.target, initialize])).target);
    // A contract: where there is no code, Foundry's traces put a reason of their own into what a replay returns.
    const notUpgradeable = await sender.deploy(compiledContract("CollectibleHolder"));
    await sender.call(proxy, "initialize", [sender.address, 1n], { fails: true });
    await sender.call(v1, "initialize", [sender.address, 1n], { fails: true });
    await sender.call(proxy, "double", [], { fails: true });
    await sender.call(proxy, "upgradeToAndCall", [v2.target, v2.interface.encodeFunctionData("double")]);
    await sender.call(proxy, "upgradeToAndCall", [notUpgradeable.target, "0x"], { fails: true });
    await sender.settle();
    assert.deepEqual([await proxy.getFunction("version")(), await proxy.getFunction("value")()], [2n, 42n]);
    const slot = await sender.chain.provider.getStorage(proxy, IMPLEMENTATION_SLOT);
    assert.equal(BigInt(slot), BigInt(v2.target as string));
  });

  it("a transparent proxy is upgraded through its admin", async () => {
    const transparent = await sender.deploy(await artifact("TransparentUpgradeableProxy"), [
      v1.target,
      sender.address,
      initialize,
    ]);
    const adminAt = getCreateAddress({ from: transparent.target as string, nonce: 1 });
    const admin = new Contract(adminAt, (await artifact("ProxyAdmin")).abi, sender.chain.provider);
    await sender.call(admin, "upgradeAndCall", [transparent.target, v2.target, "0x"]);
    await sender.settle();
    assert.equal(await box(transparent.target).getFunction("version")(), 2n);
  });

  it("a beacon moves all its proxies at once", async () => {
    const beacon = await sender.deploy(await artifact("UpgradeableBeacon"), [v1.target, sender.address]);
    const code = await artifact("BeaconProxy");
    const proxies = [
      await sender.deploy(code, [beacon.target, initialize]),
      await sender.deploy(code, [beacon.target, initialize]),
    ];
    const versions = () => Promise.all(proxies.map(({ target }) => box(target).getFunction("version")()));
    await sender.settle();
    assert.deepEqual(await versions(), [1n, 1n]);
    await sender.call(beacon, "upgradeTo", [v2.target]);
    await sender.settle();
    assert.deepEqual(await versions(), [2n, 2n]);
  });

  it("clones have the predicted address and a state of their own", async () => {
    const factory = await sender.deploy(compiledContract("CloneFactory"));
    await sender.call(factory, "clone", [v2.target, id("a"), 1n]);
    await sender.call(factory, "clone", [v2.target, id("b"), 2n]);
    await sender.call(factory, "clone", [v2.target, id("a"), 3n], { fails: true });
    await sender.settle();
    const clones = await Promise.all(
      ["a", "b"].map((salt) => factory.getFunction("predict")(v2.target, id(salt))),
    );
    assert.deepEqual(await Promise.all(clones.map((at) => box(at).getFunction("value")())), [1n, 2n]);
  });
});

/** As the npm package holds it compiled. */
async function artifact(name: string): Promise<Deployable> {
  const path = createRequire(import.meta.url).resolve(`@openzeppelin/contracts/build/contracts/${name}.json`);
  return JSON.parse(await readFile(path, "utf8")) as Deployable;
}
