import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { type Address, fromHex, type Hex } from "@causeway/protocol/hex";
import { SYSTEM_CONTRACTS } from "@causeway/protocol/predeploys";
import { FUNDED } from "../../support/genesisInput.js";
import { forkConfig, makeEthereumChain } from "../../support/makeEthereumChain.js";
import { PRAGUE_CONTRACTS } from "../../support/pragueContracts.js";
import { signed } from "../../support/transactions.js";

const ETHER = 10n ** 18n;
const GWEI = 10n ** 9n;
const RECIPIENT: Address = `0x${"aa".repeat(20)}`;
const DEPOSIT_CONTRACT: Address = "0x00000000219ab540356cbb839cbe05303d7705fa";
const DEPOSIT_TOPIC = "649bbc62d0e31342afea4e5cd82d4049e7e1ee912fc0889aa790803be39038c5";

/** sha256 over the sha256 of one request list (EIP-7685). */
function hashOfRequests(type: number, data: Uint8Array): Hex {
  const inner = createHash("sha256").update(Uint8Array.of(type)).update(data).digest();
  return `0x${createHash("sha256").update(inner).digest("hex")}`;
}

describe("what a block does besides its transactions", () => {
  it("pays 5, 3 and 2 ether for work, and nothing since the merge", async () => {
    for (const [fork, ether] of [
      ["frontier", 5n],
      ["byzantium", 3n],
      ["constantinople", 2n],
      ["paris", 0n],
    ] as const) {
      const chain = await makeEthereumChain(forkConfig(fork));
      const { miner } = await chain.mine();
      assert.equal((await chain.reader.account(miner, 1)).balance, ether * ETHER, fork);
      await chain.close();
    }
  });

  it("credits withdrawals, and refuses what the header does not commit to (EIP-4895)", async () => {
    const chain = await makeEthereumChain(forkConfig("shanghai"));
    const withdrawals = [
      { index: 0n, validatorIndex: 7n, address: RECIPIENT, amount: 3n },
      { index: 1n, validatorIndex: 8n, address: RECIPIENT, amount: 2n ** 64n - 1n },
      { index: 2n, validatorIndex: 9n, address: `0x${"bb".repeat(20)}` as Address, amount: 0n },
    ];
    const { stateRoot } = await chain.mine({ withdrawals });
    assert.equal((await chain.reader.account(RECIPIENT, 1)).balance, (3n + 2n ** 64n - 1n) * GWEI);
    assert.deepEqual((await chain.reader.block(1))?.withdrawals, withdrawals);
    assert.notEqual((await chain.mine()).stateRoot, undefined);
    assert.equal((await chain.reader.header(2))?.stateRoot, stateRoot, "nothing is paid twice");
    await chain.close();
  });

  it("keeps state roots in receipts before Byzantium, and outcomes since (EIP-658)", async () => {
    const from = FUNDED[0] ?? assert.fail();
    const raw = await signed(from, { nonce: 0, to: RECIPIENT, value: 1n, gasPrice: GWEI });
    const [before, since] = await Promise.all(
      (["spuriousDragon", "byzantium"] as const).map(async (fork) => {
        const chain = await makeEthereumChain(forkConfig(fork));
        await chain.mine({ transactions: [raw] });
        const [receipt] = (await chain.reader.receipts(1)) ?? [];
        await chain.close();
        return receipt;
      }),
    );
    assert.equal(before?.status, null);
    assert.match(before?.root ?? "", /^0x[0-9a-f]{64}$/);
    assert.deepEqual([since?.status, since?.root], [1, null]);
  });

  it("tells the system contracts whatever code they have (EIP-4788, EIP-2935)", async () => {
    // sstore(0, calldata word 0), which is not what the EIPs' own code does.
    const own: Hex = "0x60003560005500";
    const alloc = {
      ...PRAGUE_CONTRACTS,
      [SYSTEM_CONTRACTS.historyStorage]: { code: own },
    };
    const chain = await makeEthereumChain(forkConfig("prague"), alloc);
    const slot: Hex = `0x${"00".repeat(32)}`;
    const { parentHash } = await chain.mine();
    assert.equal(await chain.reader.storage(SYSTEM_CONTRACTS.historyStorage, slot, 1), parentHash);
    await chain.close();
    const bare = await makeEthereumChain(forkConfig("cancun"));
    assert.equal((await bare.mine()).number, 1, "a contract that is not there is told nothing");
    await bare.close();
  });

  it("is invalid where the contracts of EIP-7002 and EIP-7251 are missing or fail", async () => {
    const { withdrawalRequests, consolidationRequests } = SYSTEM_CONTRACTS;
    for (const [contract, code] of [
      [withdrawalRequests, undefined],
      [consolidationRequests, undefined],
      [withdrawalRequests, "0xfe"],
    ] as const) {
      const alloc = { ...PRAGUE_CONTRACTS, [contract]: code === undefined ? {} : { code } };
      const chain = await makeEthereumChain(forkConfig("prague"), alloc);
      await assert.rejects(chain.mine(), (error: { code: string; message: string }) => {
        // The block could not even be made: the engine is asked first here.
        assert.equal(error.code, "H1.requests");
        assert.match(error.message, code === undefined ? /has no code/ : /failed: invalid opcode/);
        return true;
      });
      await chain.close();
    }
  });

  it("collects what the withdrawal contract asks for (EIP-7002)", async () => {
    const alloc = { ...PRAGUE_CONTRACTS, [SYSTEM_CONTRACTS.withdrawalRequests]: { code: returning(76) } };
    const chain = await makeEthereumChain(forkConfig("prague"), alloc);
    const { requestsHash } = await chain.mine();
    assert.equal(requestsHash, hashOfRequests(1, new Uint8Array(76).fill(0x11)));
    await chain.close();
  });

  it("collects deposits from the events of the deposit contract, and is invalid by one of another layout (EIP-6110)", async () => {
    const from = FUNDED[0] ?? assert.fail();
    // log1(all calldata, topic DepositEvent)
    const code: Hex = `0x366000600037 7f${DEPOSIT_TOPIC} 36 6000 a1`.replaceAll(" ", "") as Hex;
    const alloc = { ...PRAGUE_CONTRACTS, [DEPOSIT_CONTRACT]: { code } };
    const fields = [48, 32, 8, 96, 8].map((length, i) => new Uint8Array(length).fill(i + 1));
    const transfer = (data: Hex) =>
      signed(from, { nonce: 0, to: DEPOSIT_CONTRACT, data, gasLimit: 200_000n });
    const chain = await makeEthereumChain(forkConfig("prague"), alloc);
    const { requestsHash } = await chain.mine({ transactions: [await transfer(depositEvent(fields))] });
    assert.equal(requestsHash, hashOfRequests(0, Buffer.concat(fields)));
    await chain.close();
    for (const broken of [fields.slice(1), [new Uint8Array(47), ...fields.slice(1)]]) {
      const other = await makeEthereumChain(forkConfig("prague"), alloc);
      const mined = transfer(depositEvent(broken)).then((raw) => other.mine({ transactions: [raw] }));
      await assert.rejects(mined, /another layout/);
      await other.close();
    }
  });
});

/** Runtime code that returns so many bytes of 0x11. */
function returning(bytes: number): Hex {
  const stores = Array.from({ length: Math.ceil(bytes / 32) }, (_, i) => {
    const offset = (i * 32).toString(16).padStart(2, "0");
    return `7f${"11".repeat(32)}60${offset}52`;
  });
  return `0x${stores.join("")}60${bytes.toString(16).padStart(2, "0")}6000f3`;
}

/** ABI encoding of byte strings, as the deposit contract's event has them. */
function depositEvent(fields: readonly Uint8Array[]): Hex {
  const word = (value: number) => fromHex(`0x${value.toString(16).padStart(64, "0")}`);
  const tails = fields.map((field) => {
    const padded = new Uint8Array(Math.ceil(field.length / 32) * 32);
    padded.set(field);
    return Buffer.concat([word(field.length), padded]);
  });
  let offset = fields.length * 32;
  const heads = tails.map((tail) => {
    const at = offset;
    offset += tail.length;
    return word(at);
  });
  return `0x${Buffer.concat([...heads, ...tails]).toString("hex")}`;
}
