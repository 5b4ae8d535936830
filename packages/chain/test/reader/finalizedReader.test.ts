import assert from "node:assert/strict";
import { fromHex, type Hash, type Hex, toHex, ZERO_ADDRESS } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import { validatorSetHash } from "@causeway/protocol/validatorSet";
import { createMPTFromProof, verifyMerkleProof } from "@ethereumjs/mpt";
import { RLP } from "@ethereumjs/rlp";
import type { Wallet } from "ethers";
import type { HeadEvent } from "../../src/chainReader.js";
import { keccak256 } from "../../src/crypto/nativeCrypto.js";
import { FUNDED } from "../support/genesisInput.js";
import { addressOf, wallet } from "../support/keys.js";
import { makeChain, type TestChain } from "../support/makeChain.js";
import { CREATION_CODE, signed, word } from "../support/transactions.js";

const [alice, bob] = FUNDED as [Wallet, Wallet, ...Wallet[]];
const LIMITS = { gasMax: 50_000_000n };
const slot = (i: number): Hash => `0x${word(i)}`;

describe("finalized reader", () => {
  let chain: TestChain;
  const contracts: Record<string, Hex> = {};
  const events: HeadEvent[] = [];

  before(async () => {
    chain = await makeChain({ causeway: { epochLength: 2 } });
    chain.reader.onHead((event) => events.push(event));
    let nonce = 0;
    for (const name of ["store", "log", "revert", "loop"] as const) {
      await chain.pool.add(
        await signed(alice, { nonce: nonce++, data: CREATION_CODE[name], gasLimit: 200_000n }),
      );
    }
    await chain.mine();
    const receipts = await chain.reader.receipts(1);
    for (const [i, name] of ["store", "log", "revert", "loop"].entries()) {
      contracts[name] = receipts?.[i]?.contractAddress ?? assert.fail();
    }
    const send = async (from: Wallet, n: number, to: string, data: string) =>
      chain.pool.add(await signed(from, { nonce: n, to, data, gasLimit: 100_000n }));
    for (let block = 0; block < 3; block++) {
      await send(alice, nonce++, contracts.log ?? "", `0x${word(block)}`);
      await send(bob, block, contracts.store ?? "", `0x${word(1)}${word(block + 5)}`);
      await chain.mine();
    }
  });
  after(() => chain.dispose());

  it("gives blocks by number and hash, and null for what does not exist", async () => {
    const block = await chain.reader.block(2);
    assert.ok(block);
    assert.equal((await chain.reader.header(block.header.hash))?.number, 2);
    const raw = await chain.reader.rawBlock(2);
    assert.equal(raw?.length, block.size);
    for (const unknown of [-1, 99, slot(7)]) {
      assert.equal(await chain.reader.block(unknown), null);
      assert.equal(await chain.reader.header(unknown), null);
      assert.equal(await chain.reader.receipts(unknown), null);
    }
    assert.equal((await chain.reader.header(0))?.hash, chain.reader.genesisHash);
    assert.deepEqual(await chain.reader.receipts(0), []);
    assert.equal(await chain.reader.transaction(slot(7)), null);
    assert.equal(await chain.reader.receipt(slot(7)), null);
  });

  it("gives transactions, receipts and logs that agree", async () => {
    const block = await chain.reader.block(3);
    const receipts = await chain.reader.receipts(3);
    for (const [i, { hash }] of (block?.transactions ?? []).entries()) {
      assert.deepEqual(await chain.reader.receipt(hash), receipts?.[i]);
      assert.equal((await chain.reader.transaction(hash))?.index, i);
    }
    assert.deepEqual(events.find(({ block: { header } }) => header.number === 3)?.receipts, receipts);
    assert.deepEqual(
      events.map(({ block: { header } }) => header.number),
      [1, 2, 3, 4],
    );
  });

  it("finds logs by address, topic and range, in order, and says when there are too many", async () => {
    const topic: Hash = `0x${addressOf(alice).slice(2).padStart(64, "0")}`;
    const all = { fromBlock: 0, toBlock: 100, addresses: [], topics: [] };
    const logs = await chain.reader.logs({ ...all, topics: [[topic]] }, 10);
    assert.deepEqual(
      logs.map(({ blockNumber }) => blockNumber),
      [2, 3, 4],
    );
    assert.deepEqual(
      logs.map(({ data }) => data),
      [slot(0), slot(1), slot(2)],
    );
    assert.equal(
      (await chain.reader.logs({ ...all, addresses: [contracts.log ?? ZERO_ADDRESS], fromBlock: 3 }, 10))
        .length,
      2,
    );
    assert.equal(
      (await chain.reader.logs({ ...all, addresses: [contracts.store ?? ZERO_ADDRESS] }, 10)).length,
      0,
    );
    assert.equal((await chain.reader.logs({ ...all, topics: [null] }, 10)).length, 3);
    assert.equal((await chain.reader.logs({ ...all, topics: [null, null] }, 10)).length, 0);
    for (const limit of [3, 2, 1])
      assert.deepEqual(await chain.reader.logs(all, limit), logs.slice(0, limit));
  });

  it("keeps every state", async () => {
    const store = contracts.store ?? ZERO_ADDRESS;
    for (const [number, value] of [
      [1, 0],
      [2, 5],
      [3, 6],
      [4, 7],
    ] as const) {
      assert.equal(await chain.reader.storage(store, slot(1), number), slot(value));
    }
    assert.equal(await chain.reader.code(store, 0), "0x");
    assert.equal(await chain.reader.code(store, 1), "0x6020356000355500");
    await assert.rejects(
      chain.reader.account(store, 5),
      (error: { code: string }) => error.code === "UnknownBlock",
    );
  });

  it("proves accounts and slots against the state root, absent ones too", async () => {
    const header = await chain.reader.header(4);
    const store = contracts.store ?? ZERO_ADDRESS;
    const proof = await chain.reader.proof(store, [slot(1), slot(2)], 4);
    const options = { useKeyHashing: true };
    const account = await verifyMerkleProof(fromHex(store), proof.accountProof.map(fromHex), options);
    assert.ok(account);
    const trie = await createMPTFromProof(proof.accountProof.map(fromHex), {
      ...options,
      root: fromHex(header?.stateRoot ?? "0x"),
    });
    assert.equal(toHex(trie.root()), header?.stateRoot);
    assert.equal(toHex((RLP.decode(account) as Uint8Array[])[2] ?? new Uint8Array()), proof.storageHash);
    const [present, absent] = proof.storageProof;
    assert.equal(present?.value, 7n);
    assert.equal(toHex(keccak256(fromHex(present?.proof[0] ?? "0x"))), proof.storageHash);
    assert.equal(absent?.value, 0n);
    const nobody = await chain.reader.proof(addressOf(wallet(88)), [slot(0)], 4);
    assert.equal(nobody.balance, 0n);
    assert.equal(
      await verifyMerkleProof(fromHex(addressOf(wallet(88))), nobody.accountProof.map(fromHex), options),
      null,
    );
  });

  it("keeps S(h) and its hash for every height up to head + 1", async () => {
    for (let number = 0; number <= 5; number++) {
      const set = await chain.reader.validators(number);
      assert.equal(set?.length, 4);
      const header = await chain.reader.header(number);
      if (header !== null) assert.equal(header.extraData, validatorSetHash(set ?? []));
    }
    assert.equal(await chain.reader.validators(6), null);
    assert.equal(await chain.reader.certificate(0), null);
    assert.equal((await chain.reader.certificate(4))?.checkpoint.height, 4);
    assert.equal(await chain.reader.certificate(5), null);
  });

  it("calls: success, revert with its data, halts in geth's words", async () => {
    const call = (to: Hex | null | undefined, data: Hex, gas?: bigint) =>
      chain.reader.call(
        { ...(to == null ? {} : { to }), data, ...(gas === undefined ? {} : { gas }) },
        4,
        LIMITS,
      );
    const success = await call(contracts.log, slot(1));
    assert.equal(success.status, "success");
    assert.equal(success.returnData, slot(42));
    assert.deepEqual(
      await call(contracts.revert, "0xdeadbeef").then(({ status, returnData, error }) => [
        status,
        returnData,
        error,
      ]),
      ["revert", "0xdeadbeef", "execution reverted"],
    );
    const spent = await call(contracts.loop, "0x", 100_000n);
    assert.deepEqual([spent.status, spent.error, spent.gasUsed], ["halt", "out of gas", 100_000n]);
    assert.equal((await call(null, "0xfe")).error, "invalid opcode: INVALID");
    assert.equal((await call(null, "0x0c")).error, "invalid opcode: opcode 0xc not defined");
    assert.equal((await call(null, "0x56")).error, "stack underflow (0 <=> 1)");
    assert.equal((await call(null, "0x67ffffffffffffffff51")).error, "gas uint64 overflow");
    assert.equal((await call(null, "0x64ffffffffff51")).error, "out of gas: gas uint64 overflow");
    assert.equal((await call(null, "0x5f5f60015f3e")).error, "return data out of bounds");
    assert.equal(
      (await call(null, "0x6160005ff3", 200_000n)).error,
      "contract creation code storage out of gas",
    );
    assert.equal((await call(null, "0x600056")).error, "invalid jump destination");
    assert.match((await call(contracts.log, "0x", 20_000n)).error ?? "", /^intrinsic gas too low/);
  });

  it("calls from any account, needing funds only for what the call spends", async () => {
    const to = addressOf(wallet(50));
    const call = (request: object) => chain.reader.call({ to, ...request }, 4, LIMITS);
    assert.equal(
      (await call({ from: contracts.store, value: 0n })).status,
      "success",
      "contracts may call (no EIP-3607)",
    );
    assert.match(
      (await call({ from: addressOf(wallet(70)), value: 1n })).error ?? "",
      /^insufficient funds for gas \* price \+ value/,
    );
    assert.match(
      (await call({ from: addressOf(wallet(70)), gasPrice: 2n * 10n ** 9n })).error ?? "",
      /^insufficient funds/,
    );
    assert.equal(
      (await call({ from: addressOf(alice), value: 1n, gasPrice: 2n * 10n ** 9n, gas: 21_000n })).status,
      "success",
    );
  });

  it("overrides state and block for one call only", async () => {
    const target = addressOf(wallet(90));
    const sload: Hex = "0x60005460005260206000f3";
    const state = new Map([[target, { code: sload, stateDiff: new Map([[slot(0), slot(9)]]) }]]);
    const result = await chain.reader.call({ to: target }, 4, LIMITS, { state });
    assert.equal(result.returnData, slot(9));
    const replaced = new Map([
      [contracts.store ?? target, { code: "0x60015460005260206000f3" as Hex, state: new Map() }],
    ]);
    assert.equal(
      (await chain.reader.call({ to: contracts.store ?? null }, 4, LIMITS, { state: replaced })).returnData,
      slot(0),
    );
    const block = { number: 77, timestamp: 123, coinbase: target, prevRandao: slot(8), baseFeePerGas: 6n };
    const opcodes = ["43", "42", "41", "44", "48"];
    const values = [slot(77), slot(123), `0x${target.slice(2).padStart(64, "0")}`, slot(8), slot(6)];
    for (const [i, opcode] of opcodes.entries()) {
      const code: Hex = `0x${opcode}60005260206000f3`;
      const { returnData } = await chain.reader.call({ to: target }, 4, LIMITS, {
        state: new Map([[target, { code }]]),
        block,
      });
      assert.equal(returnData, values[i]);
    }
    assert.equal(await chain.reader.code(target, 4), "0x");
    // BLOCKHASH
    const code: Hex = "0x60034060005260206000f3";
    const { returnData } = await chain.reader.call({ to: target }, 4, LIMITS, {
      state: new Map([[target, { code }]]),
    });
    assert.equal(returnData, (await chain.reader.header(3))?.hash);
  });

  it("estimates what then suffices, and little more", async () => {
    const exact = await chain.reader.estimateGas(
      { to: addressOf(wallet(50)), value: 1n, from: addressOf(alice) },
      4,
      LIMITS,
    );
    assert.deepEqual(exact, { gas: 21_000n });
    const request = { to: contracts.store ?? ZERO_ADDRESS, data: `0x${word(9)}${word(1)}` as Hex };
    const estimate = await chain.reader.estimateGas(request, 4, LIMITS);
    assert.ok("gas" in estimate);
    assert.equal((await chain.reader.call({ ...request, gas: estimate.gas }, 4, LIMITS)).status, "success");
    const less = (estimate.gas * 98n) / 100n;
    assert.equal((await chain.reader.call({ ...request, gas: less }, 4, LIMITS)).status, "halt");
    const failing = await chain.reader.estimateGas(
      { to: contracts.revert ?? null, data: "0x1234" },
      4,
      LIMITS,
    );
    assert.ok("failure" in failing);
    assert.equal(failing.failure.returnData, "0x1234");
  });

  it("ends a call whose caller has gone, while the process goes on", async () => {
    const abort = new AbortController();
    const call = chain.reader.call({ to: contracts.loop ?? null }, 4, {
      gasMax: 10n ** 12n,
      signal: abort.signal,
    });
    setImmediate(() => abort.abort());
    await assert.rejects(call, (error: { code: string }) => error.code === "Aborted");
  });

  it("ends one that never jumps, too", async () => {
    const target = wallet(80).address.toLowerCase() as Hex;
    /** staticcall(gas, self) twice: all the gas of the call without a single loop. */
    const code: Hex = `0x${"5f5f5f5f305afa50".repeat(2)}`;
    const abort = new AbortController();
    const call = chain.reader.call(
      { to: target },
      4,
      { ...LIMITS, signal: abort.signal },
      { state: new Map([[target, { code }]]) },
    );
    setImmediate(() => abort.abort());
    await assert.rejects(call, (error: { code: string }) => error.code === "Aborted");
  });

  it("predicts the next base fee", async () => {
    const expected = chain.reader.nextBaseFee();
    await chain.mine();
    assert.equal((await chain.reader.header(5))?.baseFeePerGas, expected);
  });

  it("runs the bridge predeploys", async () => {
    const { status } = await chain.reader.call({ to: PREDEPLOYS.outbox, data: "0xebf0c717" }, 0, LIMITS); // root()
    assert.equal(status, "success");
  });
});
