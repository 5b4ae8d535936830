import assert from "node:assert/strict";
import { abi as tokenAbi, bytecode as tokenCode } from "@causeway/contracts/TestToken";
import { type Block, decodeBlock } from "@causeway/protocol/block";
import { type Hex, toHex } from "@causeway/protocol/hex";
import { createBlockFromRLP } from "@ethereumjs/block";
import { MerklePatriciaTrie } from "@ethereumjs/mpt";
import { Caches, MerkleStateManager } from "@ethereumjs/statemanager";
import { hexToBytes, ValueEncoding } from "@ethereumjs/util";
import { createVM, encodeReceipt, runBlock } from "@ethereumjs/vm";
import { getCreateAddress, Interface, type Wallet } from "ethers";
import { decodeFullBlock } from "../../src/codec/block.js";
import { listRoot } from "../../src/codec/listRoot.js";
import { loadPrecompileBackends } from "../../src/crypto/precompileBackends.js";
import { chainCommon } from "../../src/engine/ethereumjs/chainCommon.js";
import { OverlayDb } from "../../src/engine/ethereumjs/overlayDb.js";
import { genesisBlock } from "../../src/genesis/genesisBlock.js";
import { CHAIN_ID, FUNDED } from "../support/genesisInput.js";
import { addressOf, wallet } from "../support/keys.js";
import { makeChain, type TestChain, unsealedCertificate } from "../support/makeChain.js";
import { CREATION_CODE, signed, word } from "../support/transactions.js";

const BLOCKS = 20;
const [alice, bob, carol, dave] = FUNDED as [Wallet, Wallet, Wallet, Wallet];
const token = new Interface(tokenAbi);
const TOKEN_CREATION = tokenCode + token.encodeDeploy(["Token", "TOK", 10n ** 24n]).slice(2);
const created = (from: Wallet, nonce: number) => getCreateAddress({ from: from.address, nonce });

/** Replays blocks with the library's own runBlock and its unmodified state manager, on one state of its own. */
async function stockReplayer(chain: TestChain) {
  const genesis = await genesisBlock(chain.genesis);
  const common = chainCommon(chain.genesis.config, await loadPrecompileBackends());
  const trie = new MerklePatriciaTrie({
    db: new OverlayDb({ get: (key) => genesis.nodes.get(key) }),
    root: hexToBytes(genesis.stateRoot),
    common,
    useKeyHashing: true,
    valueEncoding: ValueEncoding.Bytes,
  });
  const stateManager = new MerkleStateManager({ common, trie, caches: new Caches() });
  const vm = await createVM({ common, stateManager });
  return async (block: Block) => {
    const library = createBlockFromRLP(block.bytes, { common });
    // Not `generate`: runBlock compares every root of the header with what it finds.
    const result = await runBlock(vm, { block: library, skipHeaderValidation: true });
    const receipts = result.receipts.map((receipt, i) =>
      encodeReceipt(receipt, library.transactions[i]?.type ?? 0),
    );
    assert.equal(listRoot(receipts), toHex(library.header.receiptTrie));
    assert.equal(toHex(result.stateRoot), block.stateRoot);
    return result;
  };
}

/** What each block is offered, by height. */
async function offer(chain: TestChain, height: number): Promise<void> {
  const add = async (raw: Uint8Array) => chain.pool.add(raw);
  const n = height - 1;
  if (height === 1) {
    await add(await signed(alice, { nonce: 0, data: TOKEN_CREATION, gasLimit: 3_000_000n }));
    await add(await signed(bob, { nonce: 0, data: CREATION_CODE.store, gasLimit: 200_000n }));
    await add(await signed(carol, { nonce: 0, data: CREATION_CODE.factory, gasLimit: 200_000n }));
    await add(await signed(dave, { nonce: 0, data: CREATION_CODE.loop, gasLimit: 200_000n }));
    return;
  }
  const transfer = token.encodeFunctionData("transfer", [bob.address, 1_000n]);
  await add(await signed(alice, { nonce: n, to: created(alice, 0), data: transfer, gasLimit: 200_000n }));
  // Writes, overwrites and clears slots: refunds.
  const value = height % 3 === 0 ? 0 : height;
  await add(
    await signed(bob, {
      nonce: n,
      to: created(bob, 0),
      data: `0x${word(height % 4)}${word(value)}`,
      gasLimit: 100_000n,
    }),
  );
  // Creates, destroys and creates again at one address.
  await add(
    await signed(carol, {
      nonce: n,
      to: created(carol, 0),
      data: CREATION_CODE.selfDestruct,
      gasLimit: 300_000n,
    }),
  );
  if (height % 5 === 0) {
    await add(await signed(dave, { nonce: n, to: created(dave, 0), gasLimit: 150_000n })); // runs out of gas
  } else if (height === 7) {
    const authorization = await wallet(60).authorize({
      address: created(bob, 0),
      nonce: 0,
      chainId: CHAIN_ID,
    });
    await add(
      await signed(dave, {
        type: 4,
        nonce: n,
        to: wallet(60).address,
        data: `0x${word(1)}${word(7)}`,
        gasLimit: 200_000n,
        authorizationList: [authorization],
      }),
    );
  } else if (height % 2 === 0) {
    await add(
      await signed(dave, {
        nonce: n,
        to: wallet(100 + height).address,
        value: 10n,
        gasPrice: 4_000_000_000n,
      }),
    );
  } else {
    const accessList = [{ address: created(bob, 0), storageKeys: [`0x${word(1)}`] }];
    await add(
      await signed(dave, {
        nonce: n,
        to: created(bob, 0),
        data: `0x${word(1)}${word(height)}`,
        gasLimit: 100_000n,
        accessList,
      }),
    );
  }
}

describe("block builder (H3)", () => {
  it(`builds ${BLOCKS} blocks that runBlock and a following chain find just so`, async () => {
    const chain = await makeChain({ causeway: { epochLength: 6 } });
    const follower = await makeChain({ causeway: { epochLength: 6 } });
    try {
      const replay = await stockReplayer(chain);
      for (let height = 1; height <= BLOCKS; height++) {
        await offer(chain, height);
        const { block, outcome } = await chain.build();
        assert.equal(block.transactionCount, 4, `all four transactions are in block ${height}`);
        await replay(block);
        const received = decodeBlock(block.bytes);
        const followed = await follower.execution.execute(received, new AbortController().signal);
        assert.deepEqual(followed, outcome);
        const certificate = unsealedCertificate(block, outcome);
        await follower.execution.commit(received, certificate);
        await chain.execution.commit(block, certificate);
      }
      assert.equal(follower.execution.executedBlocks, BLOCKS);
      const head = chain.execution.head();
      assert.deepEqual(follower.execution.head(), head);
      const balance = await chain.reader.call(
        {
          to: created(alice, 0).toLowerCase() as Hex,
          data: token.encodeFunctionData("balanceOf", [bob.address]) as Hex,
        },
        head.height,
        { gasMax: 1_000_000n },
      );
      assert.equal(BigInt(balance.returnData), 1_000n * BigInt(BLOCKS - 1));
      assert.equal(
        await chain.reader.code(addressOf(wallet(60)), BLOCKS),
        `0xef0100${created(bob, 0).slice(2).toLowerCase()}`,
      );
      const stored = await chain.reader.rawBlock(7);
      assert.ok(stored);
      assert.equal(decodeFullBlock(stored).transactions[3]?.hash.length, 66);
    } finally {
      await chain.dispose();
      await follower.dispose();
    }
  });
});
