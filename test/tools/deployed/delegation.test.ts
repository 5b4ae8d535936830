import assert from "node:assert/strict";
import {
  type Authorization,
  Contract,
  getCreate2Address,
  keccak256,
  Wallet,
  ZeroAddress,
  ZeroHash,
} from "ethers";
import { compiledContract } from "../support/compileSolidity.js";
import { Sender } from "../support/sender.js";
import { NOBODY } from "../support/toolAccounts.js";
import { type ToolChain, toolChain } from "../support/toolChain.js";

describe("EIP-7702 delegation", () => {
  const batch = compiledContract("BatchAccount");
  let chain: ToolChain;
  let sponsor: Sender;
  let code: Contract;

  before(async () => {
    chain = await toolChain();
    sponsor = await Sender.open(chain, "delegating");
    code = await sponsor.deploy(batch);
  });

  it("is set by another's transaction, used by its account, replaced and cleared", async () => {
    const owner = Wallet.createRandom(chain.provider);
    const authorize = (address: string, nonce: number, chainId = chain.chainId): Promise<Authorization> =>
      owner.authorize({ address, nonce, chainId });
    const delegate = async (what: string, ...authorizationList: Authorization[]) =>
      sponsor.send(what, { type: 4, to: owner.address, value: 100n, authorizationList });
    // Foundry's databases know no missing accounts: they refund what an authority that is new should pay (EIP-7702).
    await sponsor.send("funds", { to: owner.address, value: 10n ** 17n });
    await delegate("set", await authorize(code.target as string, 0));
    await sponsor.settle();
    assert.equal(await owner.getNonce(), 1);
    assert.equal(
      await chain.provider.getCode(owner),
      `0xef0100${(code.target as string).slice(2).toLowerCase()}`,
    );

    // Anyone's call reaches the code, which lets only the account itself act.
    const account = new Contract(owner.address, batch.abi, chain.provider);
    const calls = [
      [NOBODY, 1n, "0x"],
      [NOBODY, 2n, "0x"],
    ];
    await sponsor.call(account, "execute", [calls], { fails: true });
    await sponsor.settle();
    const before = await chain.provider.getBalance(NOBODY);
    const execute = await owner.sendTransaction({
      to: owner.address,
      data: account.interface.encodeFunctionData("execute", [calls]),
    });
    const receipt = await execute.wait();
    assert.equal(receipt?.logs.length, 1);
    assert.equal(await chain.provider.getBalance(NOBODY), before + 3n);

    // For any chain (id 0); of two in one transaction the later stands.
    await delegate("replace", await authorize(NOBODY, 2, 0), await authorize(code.target as string, 3, 0));
    await delegate(
      "stale nonce and another chain change nothing",
      await authorize(NOBODY, 3),
      await authorize(NOBODY, 4, 1),
    );
    await sponsor.settle();
    assert.equal(await owner.getNonce(), 4);
    assert.equal(
      await chain.provider.getCode(owner),
      `0xef0100${(code.target as string).slice(2).toLowerCase()}`,
    );
    await delegate("clear", await authorize(ZeroAddress, 4));
    await sponsor.settle();
    assert.equal(await chain.provider.getCode(owner), "0x");
    assert.equal(await owner.getNonce(), 5);
  });
});

describe("The deterministic deployment proxy", () => {
  const DEPLOYMENT_PROXY = "0x4e59b44847b379578588920cA78FbF26c0B4956C";

  it("is there from genesis and deploys by CREATE2, once for each salt", async () => {
    const sender = await Sender.open(await toolChain(), "keyless");
    const initCode = compiledContract("BatchAccount").bytecode;
    const at = getCreate2Address(DEPLOYMENT_PROXY, ZeroHash, keccak256(initCode));
    const data = `${ZeroHash}${initCode.slice(2)}`;
    await sender.send("deployment", { to: DEPLOYMENT_PROXY, data });
    await sender.send("the same again", { to: DEPLOYMENT_PROXY, data }, { fails: true });
    await sender.settle();
    assert.ok((await sender.chain.provider.getCode(at)).length > 2);
  });

  it("like geth, the node takes no transaction without a chain id, which keyless deployments are", async () => {
    const { provider } = await toolChain();
    const keyless =
      "0xf8a58085174876e800830186a08080b853604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf31ba02222222222222222222222222222222222222222222222222222222222222222a02222222222222222222222222222222222222222222222222222222222222222";
    await assert.rejects(
      provider.send("eth_sendRawTransaction", [keyless]),
      /only replay-protected \(EIP-155\) transactions allowed over RPC/,
    );
  });
});
