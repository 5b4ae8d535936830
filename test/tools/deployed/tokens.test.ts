import assert from "node:assert/strict";
import { AbiCoder, type Contract, concat, keccak256, MaxUint256, Signature } from "ethers";
import { compiledContract } from "../support/compileSolidity.js";
import { Sender } from "../support/sender.js";
import { NOBODY, toolWallet } from "../support/toolAccounts.js";
import { toolChain } from "../support/toolChain.js";

const SUPPLY = 1_000_000n;

describe("OpenZeppelin tokens", () => {
  let sender: Sender;

  before(async () => {
    sender = await Sender.open(await toolChain(), "tokens");
  });

  it("ERC-20: permit, votes with history, delegation by signature", async () => {
    const token = await sender.deploy(compiledContract("VotesToken"), [SUPPLY]);
    const holder = toolWallet("viem");
    const domain = {
      name: "Votes",
      version: "1",
      chainId: sender.chain.chainId,
      verifyingContract: token.target as string,
    };
    await sender.call(token, "transfer", [holder.address, 100n]);
    const permit = {
      owner: holder.address,
      spender: sender.address,
      value: 40n,
      nonce: 0n,
      deadline: MaxUint256,
    };
    const permitted = Signature.from(
      await holder.signTypedData(
        domain,
        {
          Permit: ["owner", "spender", "value", "nonce", "deadline"].map((name, i) => ({
            name,
            type: i < 2 ? "address" : "uint256",
          })),
        },
        permit,
      ),
    );
    const permitArgs = [
      permit.owner,
      permit.spender,
      permit.value,
      permit.deadline,
      permitted.v,
      permitted.r,
      permitted.s,
    ];
    await sender.call(token, "permit", permitArgs);
    await sender.call(token, "permit", permitArgs, { fails: true });
    await sender.call(token, "transferFrom", [holder.address, NOBODY, 40n]);
    await sender.call(token, "transferFrom", [holder.address, NOBODY, 1n], { fails: true });
    await sender.call(token, "delegate", [sender.address]);
    const delegation = { delegatee: sender.address, nonce: 1n, expiry: MaxUint256 };
    const delegated = Signature.from(
      await holder.signTypedData(
        domain,
        {
          Delegation: [
            { name: "delegatee", type: "address" },
            ...["nonce", "expiry"].map((name) => ({ name, type: "uint256" })),
          ],
        },
        delegation,
      ),
    );
    const before = await sender.settle();
    await sender.call(token, "delegateBySig", [
      delegation.delegatee,
      1n,
      MaxUint256,
      delegated.v,
      delegated.r,
      delegated.s,
    ]);
    const [after] = await sender.settle();
    assert.equal(await token.getFunction("getVotes")(sender.address), SUPPLY - 40n);
    await sender.chain.cluster.waitForHeight(1, (after?.blockNumber ?? 0) + 1);
    const past = (block: number | undefined) => token.getFunction("getPastVotes")(sender.address, block);
    assert.equal(await past(before.at(-1)?.blockNumber), SUPPLY - 100n);
    assert.equal(await past(after?.blockNumber), SUPPLY - 40n);
  });

  it("ERC-721: safe transfers to contracts that answer, enumeration", async () => {
    const token = await sender.deploy(compiledContract("Collectible"));
    const holder = await sender.deploy(compiledContract("CollectibleHolder"));
    for (const id of [3n, 5n, 8n]) await sender.call(token, "mint", [sender.address, id]);
    const safeTransfer = "safeTransferFrom(address,address,uint256)";
    await sender.call(token, safeTransfer, [sender.address, holder.target, 5n]);
    await sender.call(token, safeTransfer, [sender.address, token.target, 3n], { fails: true });
    await sender.settle();
    assert.deepEqual(await owned(token, sender.address), [3n, 8n]);
    assert.deepEqual(await owned(token, holder.target as string), [5n]);
  });

  it("ERC-1155: batches", async () => {
    const items = await sender.deploy(compiledContract("Items"));
    await sender.call(items, "mint", [sender.address, [1n, 2n], [10n, 20n]]);
    await sender.call(items, "safeBatchTransferFrom", [sender.address, NOBODY, [1n, 2n], [4n, 5n], "0x"]);
    await sender.call(items, "safeBatchTransferFrom", [sender.address, NOBODY, [1n, 2n], [7n, 1n], "0x"], {
      fails: true,
    });
    await sender.settle();
    const balances = await items.getFunction("balanceOfBatch")(
      [sender.address, sender.address, NOBODY],
      [1n, 2n, 2n],
    );
    assert.deepEqual([...balances], [6n, 15n, 5n]);
    assert.equal(await items.getFunction("totalSupply(uint256)")(1n), 10n);
  });

  it("MerkleProof and BitMaps: a claim by proof, once", async () => {
    const token = await sender.deploy(compiledContract("VotesToken"), [SUPPLY]);
    const leaves = [0n, 1n].map((index) =>
      keccak256(
        keccak256(
          AbiCoder.defaultAbiCoder().encode(["uint256", "address", "uint256"], [index, NOBODY, 10n + index]),
        ),
      ),
    );
    const [left, right] = [...leaves].sort();
    const airdrop = await sender.deploy(compiledContract("Airdrop"), [
      keccak256(concat([left as string, right as string])),
      token.target,
    ]);
    await sender.call(token, "transfer", [airdrop.target, 100n]);
    await sender.call(airdrop, "claim", [1n, NOBODY, 11n, [leaves[0]]]);
    await sender.call(airdrop, "claim", [1n, NOBODY, 11n, [leaves[0]]], { fails: true });
    await sender.call(airdrop, "claim", [0n, NOBODY, 99n, [leaves[1]]], { fails: true });
    await sender.settle();
    assert.equal(await token.getFunction("balanceOf")(NOBODY), 11n);
  });
});

async function owned(token: Contract, owner: string): Promise<bigint[]> {
  const count = Number(await token.getFunction("balanceOf")(owner));
  return Promise.all(
    Array.from({ length: count }, (_, i) => token.getFunction("tokenOfOwnerByIndex")(owner, i)),
  );
}
