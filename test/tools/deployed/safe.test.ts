import assert from "node:assert/strict";
import { Contract, concat, Interface, id, solidityPacked, type Wallet, ZeroAddress } from "ethers";
import { compiledContract } from "../support/compileSolidity.js";
import { type Published, publishedContracts } from "../support/published.js";
import { Sender } from "../support/sender.js";
import { NOBODY, toolWallet } from "../support/toolAccounts.js";
import { toolChain } from "../support/toolChain.js";

const DEPOSIT = 10n ** 18n;
const [CALL, DELEGATECALL] = [0, 1];
const EIP1271_MAGIC = "0x1626ba7e";
const SAFE_TX = {
  SafeTx: [
    ...[
      ["address", "to"],
      ["uint256", "value"],
      ["bytes", "data"],
      ["uint8", "operation"],
    ],
    ...[
      ["uint256", "safeTxGas"],
      ["uint256", "baseGas"],
      ["uint256", "gasPrice"],
      ["address", "gasToken"],
    ],
    ...[
      ["address", "refundReceiver"],
      ["uint256", "nonce"],
    ],
  ].map(([type, name]) => ({ type: type as string, name: name as string })),
};

describe("Safe", () => {
  const artifact = (published: Published, path: string, name: string) =>
    published(`@safe-global/safe-smart-account/build/artifacts/contracts/${path}/${name}.json`);

  it("creates a Safe of three owners, executes with two signatures, batches, signs messages (EIP-1271)", async function () {
    const published = await publishedContracts();
    if (published === null) return this.skip();
    const sender = await Sender.open(await toolChain(), "safe");
    const singleton = await artifact(published, "SafeL2.sol", "SafeL2");
    const l2 = await sender.deploy(singleton, [], { gasLimit: 7_000_000 });
    const handlerCode = await artifact(
      published,
      "handler/CompatibilityFallbackHandler.sol",
      "CompatibilityFallbackHandler",
    );
    const handler = await sender.deploy(handlerCode);
    const factory = await sender.deploy(
      await artifact(published, "proxies/SafeProxyFactory.sol", "SafeProxyFactory"),
    );
    const multiSend = await sender.deploy(await artifact(published, "libraries/MultiSend.sol", "MultiSend"));
    const token = await sender.deploy(compiledContract("VotesToken"), [1_000n]);
    await sender.settle();

    const owners = [toolWallet("ethers"), toolWallet("viem"), toolWallet("cast")].sort((a, b) =>
      BigInt(a.address) < BigInt(b.address) ? -1 : 1,
    );
    const setup = l2.interface.encodeFunctionData("setup", [
      ...[
        owners.map(({ address }) => address),
        2,
        ZeroAddress,
        "0x",
        handler.target,
        ZeroAddress,
        0,
        ZeroAddress,
      ],
    ]);
    const at: string = await factory.getFunction("createProxyWithNonce").staticCall(l2.target, setup, 42n);
    const safe = new Contract(
      at,
      [...l2.interface.fragments, ...handler.interface.fragments.filter(({ type }) => type === "function")],
      sender.chain.provider,
    );
    await sender.call(factory, "createProxyWithNonce", [l2.target, setup, 42n]);
    await sender.send("deposit", { to: at, value: DEPOSIT });
    await sender.call(token, "transfer", [at, 100n]);

    const execution = async (
      signers: readonly Wallet[],
      nonce: bigint,
      to: string,
      value: bigint,
      data: string,
      operation: number,
    ) => {
      const transaction = {
        to,
        value,
        data,
        operation,
        safeTxGas: 0,
        baseGas: 0,
        gasPrice: 0,
        gasToken: ZeroAddress,
        refundReceiver: ZeroAddress,
      };
      const domain = { chainId: sender.chain.chainId, verifyingContract: at };
      const signatures = await Promise.all(
        signers.map((owner) => owner.signTypedData(domain, SAFE_TX, { ...transaction, nonce })),
      );
      return [...Object.values(transaction), concat(signatures)];
    };
    const two = owners.slice(0, 2);
    await sender.call(safe, "execTransaction", await execution(two, 0n, NOBODY, 3n, "0x", CALL));
    await sender.call(safe, "execTransaction", await execution(two.slice(1), 1n, NOBODY, 3n, "0x", CALL), {
      fails: true,
    });
    // In one delegated call: two token transfers, and one owner fewer.
    const inner = [
      [token.target, token.interface.encodeFunctionData("transfer", [NOBODY, 10n])],
      [token.target, token.interface.encodeFunctionData("transfer", [owners[0]?.address, 20n])],
      [at, safe.interface.encodeFunctionData("removeOwner", [owners[1]?.address, owners[2]?.address, 1n])],
    ] as const;
    const packed = inner.map(([to, data]) =>
      solidityPacked(
        ["uint8", "address", "uint256", "uint256", "bytes"],
        [CALL, to, 0n, (data.length - 2) / 2, data],
      ),
    );
    const batch = multiSend.interface.encodeFunctionData("multiSend", [concat(packed)]);
    await sender.call(
      safe,
      "execTransaction",
      await execution(two, 1n, multiSend.target as string, 0n, batch, DELEGATECALL),
    );
    const receipts = await sender.settle();
    const created = new Interface(["event ProxyCreation(address indexed proxy, address singleton)"]);
    assert.ok(receipts[0]?.logs.some((log) => created.parseLog(log)?.args.proxy === at));
    const names = receipts
      .at(-1)
      ?.logs.map((log) => safe.interface.parseLog(log)?.name ?? token.interface.parseLog(log)?.name);
    for (const name of [
      "SafeMultiSigTransaction",
      "ExecutionSuccess",
      "RemovedOwner",
      "ChangedThreshold",
      "Transfer",
    ])
      assert.ok(names?.includes(name), `${name} among ${names}`);

    assert.deepEqual([...(await safe.getFunction("getOwners")())], [owners[0]?.address, owners[1]?.address]);
    assert.equal(await safe.getFunction("getThreshold")(), 1n);
    assert.equal(await sender.chain.provider.getBalance(at), DEPOSIT - 3n);
    assert.equal(await token.getFunction("balanceOf")(at), 70n);
    const message = id("sign in");
    const digest: string = await safe.getFunction("getMessageHash")(message);
    const signature = owners[0]?.signingKey.sign(digest).serialized;
    const valid = safe.getFunction("isValidSignature(bytes32,bytes)");
    assert.equal(await valid(message, signature), EIP1271_MAGIC);
    await assert.rejects(valid(id("sign out"), signature));
  });
});
