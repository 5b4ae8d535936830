import assert from "node:assert/strict";
import { fromHex, type Hash, ZERO_HASH } from "@causeway/protocol/hex";
import { RLP } from "@ethereumjs/rlp";
import { decodeEthereumBlock } from "../../../src/codec/block.js";
import { type HeaderFields, headerItems } from "../../../src/codec/header.js";
import { listRoot } from "../../../src/codec/listRoot.js";
import { GAS_PER_BLOB } from "../../../src/rules/ethereum/blobGas.js";
import {
  BLOB_RULES,
  BODY_RULES,
  HEADER_RULES,
  RESULT_RULES,
} from "../../../src/rules/ethereum/headerRules.js";
import type { Header } from "../../../src/types/header.js";
import { FUNDED } from "../../support/genesisInput.js";
import { wallet } from "../../support/keys.js";
import { forkConfig, makeEthereumChain, type TestEthereumChain } from "../../support/makeEthereumChain.js";
import { PRAGUE_CONTRACTS } from "../../support/pragueContracts.js";
import { signed } from "../../support/transactions.js";

const OTHER: Hash = `0x${"ab".repeat(32)}`;

type Forgery = (header: Header) => Partial<HeaderFields>;

/** A change of a valid block's header for every rule, by the rule it breaks. */
const FORGERIES: Readonly<Record<string, Forgery>> = {
  parentHash: () => ({ parentHash: OTHER }),
  difficulty: () => ({ difficulty: 1n }),
  nonce: () => ({ nonce: "0x0000000000000001" }),
  fields: () => ({ requestsHash: null }),
  timestamp: ({ timestamp }) => ({ timestamp: timestamp - 12 }),
  gasLimit: ({ gasLimit }) => ({ gasLimit: gasLimit + gasLimit / 1_024n }),
  gasUsed: ({ gasLimit }) => ({ gasUsed: gasLimit + 1n }),
  baseFee: ({ baseFeePerGas }) => ({ baseFeePerGas: (baseFeePerGas ?? 0n) + 1n }),
  excessBlobGas: () => ({ excessBlobGas: GAS_PER_BLOB }),
  ommers: () => ({ sha3Uncles: OTHER }),
  transactionsRoot: () => ({ transactionsRoot: OTHER }),
  withdrawalsRoot: () => ({ withdrawalsRoot: OTHER }),
  blobGasUsed: () => ({ blobGasUsed: GAS_PER_BLOB }),
  logsBloom: () => ({ logsBloom: `0x${"01".repeat(256)}` }),
  receiptsRoot: () => ({ receiptsRoot: OTHER }),
  requestsHash: () => ({ requestsHash: OTHER }),
  stateRoot: () => ({ stateRoot: OTHER }),
};
/** Rules that a header of Osaka alone cannot break: they have tests of their own. */
const ELSEWHERE = ["number", "extraData", "size"];

describe("Ethereum's header rules", () => {
  let chain: TestEthereumChain;
  let honest: Uint8Array;
  before(async () => {
    chain = await makeEthereumChain(forkConfig("osaka"), PRAGUE_CONTRACTS);
    const from = FUNDED[0] ?? assert.fail();
    const transactions = [await signed(from, { nonce: 0, to: wallet(50).address, value: 1n })];
    honest = await chain.block({ transactions });
  });
  after(() => chain.close());

  function forge(changed: Partial<HeaderFields>): Uint8Array {
    const [, ...body] = RLP.decode(honest) as unknown as [unknown, ...Uint8Array[]];
    const header = { ...decodeEthereumBlock(honest).header, ...changed };
    return RLP.encode([headerItems(header), ...body] as unknown as Uint8Array[]);
  }
  const refused = (block: Uint8Array, code: string, message = /./) =>
    assert.rejects(chain.import(block), (error: { code: string; message: string }) => {
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
      return true;
    });

  it("have a forgery here for every rule", () => {
    const names = [...HEADER_RULES, ...BODY_RULES, ...BLOB_RULES, ...RESULT_RULES].map(({ name }) => name);
    assert.deepEqual([...Object.keys(FORGERIES), ...ELSEWHERE].sort(), [...new Set(names)].sort());
  });

  for (const [name, forgery] of Object.entries(FORGERIES)) {
    it(`refuse a block by eth.${name}, and the head stays`, async () => {
      await refused(forge(forgery(decodeEthereumBlock(honest).header)), `eth.${name}`, /^block 1 0x/);
      assert.equal(chain.reader.headNumber(), 0);
    });
  }

  it("refuse a block that does not go on from the head by eth.attach", () =>
    refused(forge({ number: 2 }), "eth.attach", /does not reorganize/));

  it("refuse a block beyond 8 MiB since Osaka by eth.size (EIP-7934)", async () => {
    const [header, , ...rest] = RLP.decode(honest) as unknown as [Uint8Array[], unknown, ...Uint8Array[]];
    const large = new Uint8Array(8_388_608).fill(2);
    await refused(RLP.encode([header, [large], ...rest] as unknown as Uint8Array[]), "eth.size", /8388608/);
  });

  it("refuse what is no block, or has an ommer that is no header, by eth.encoding", async () => {
    for (const bytes of [Uint8Array.of(0xc0), fromHex("0xc3c0c0c0"), fromHex("0x83616263")]) {
      await refused(bytes, "eth.encoding");
    }
    const [header, transactions, , withdrawals] = RLP.decode(honest) as unknown as Uint8Array[];
    const block = RLP.encode([header, transactions, [[]], withdrawals] as unknown as Uint8Array[]);
    await refused(block, "eth.encoding");
  });

  it("refuse endless nesting by eth.encoding, at once and in little memory", async () => {
    const nested = new Uint8Array(200_000).fill(0xc1);
    nested[nested.length - 1] = 0xc0;
    await refused(RLP.encode(nested), "eth.encoding");
    let list: Uint8Array = Uint8Array.of(0xc0);
    for (let i = 0; i < 2_000; i++) {
      const size = list.length < 56 ? [0xc0 + list.length] : [0xf9, list.length >> 8, list.length & 0xff];
      const head = list.length > 55 && list.length < 256 ? [0xf8, list.length] : size;
      list = Buffer.concat([Uint8Array.from(head), list]);
    }
    await refused(list, "eth.encoding", /nested deeper/);
    const [header, , ...rest] = RLP.decode(honest) as unknown as [Uint8Array[], unknown, ...Uint8Array[]];
    const raw = Buffer.concat([Uint8Array.of(2), list]);
    header[4] = fromHex(listRoot([raw]));
    await refused(RLP.encode([header, [raw], ...rest] as unknown as Uint8Array[]), "eth.transactions");
  });

  it("take the honest block, and know it when it comes again", async () => {
    assert.equal(await chain.import(honest), "imported");
    assert.equal(await chain.import(honest), "known");
    assert.equal(chain.reader.headNumber(), 1);
  });
});

describe("Ethereum's forks, from one block to the next", () => {
  const header = async (chain: TestEthereumChain) => {
    await chain.mine();
    return chain.head();
  };

  it("London doubles the gas limit and begins with a base fee of 1 gwei (EIP-1559)", async () => {
    const chain = await makeEthereumChain({ ...forkConfig("berlin"), londonBlock: 2 });
    const before = await header(chain);
    const first = await header(chain);
    assert.deepEqual([before.baseFeePerGas, first.baseFeePerGas], [null, 1_000_000_000n]);
    assert.equal(first.gasLimit, before.gasLimit * 2n);
    await chain.close();
  });

  it("the merge comes with the total difficulty, whatever a header says of its own (EIP-3675)", async () => {
    const chain = await makeEthereumChain({ ...forkConfig("london"), terminalTotalDifficulty: 300_000 });
    assert.ok((await header(chain)).difficulty > 0n);
    const early = await chain.block({ header: { difficulty: 0n } });
    await assert.rejects(chain.import(early), (error: { code: string }) => error.code === "eth.difficulty");
    assert.ok((await header(chain)).difficulty > 0n);
    const late = await chain.block({ header: { difficulty: 131_072n } });
    await assert.rejects(chain.import(late), (error: { code: string }) => error.code === "eth.difficulty");
    assert.equal((await header(chain)).difficulty, 0n);
    await chain.close();
  });

  it("forks by time bring their header fields", async () => {
    const chain = await makeEthereumChain(
      { ...forkConfig("paris"), shanghaiTime: 20, cancunTime: 30, pragueTime: 40 },
      PRAGUE_CONTRACTS,
    );
    const present = ({ withdrawalsRoot, excessBlobGas, parentBeaconBlockRoot, requestsHash }: Header) =>
      [withdrawalsRoot, excessBlobGas, parentBeaconBlockRoot, requestsHash].map((field) => field !== null);
    assert.deepEqual(present(await header(chain)), [false, false, false, false]);
    assert.deepEqual(present(await header(chain)), [true, false, false, false]);
    assert.deepEqual(present(await header(chain)), [true, true, true, false]);
    assert.deepEqual(present(await header(chain)), [true, true, true, true]);
    await chain.close();
  });

  it("blocks after the DAO say on which side they are (EIP-779)", async () => {
    for (const daoForkSupport of [true, false]) {
      const dao = { homesteadBlock: 0, daoForkBlock: 1, daoForkSupport };
      const chain = await makeEthereumChain(dao);
      const marked = await chain.block({ header: { extraData: "0x64616f2d686172642d666f726b" } });
      const plain = await chain.block();
      const [right, wrong] = daoForkSupport ? [marked, plain] : [plain, marked];
      await assert.rejects(chain.import(wrong), (error: { code: string }) => error.code === "eth.extraData");
      // The transfer itself is not in the block made here: no account of the DAO's has anything.
      if (!daoForkSupport) assert.equal(await chain.import(right), "imported");
      await chain.close();
    }
  });

  it("a timestamp beyond the safe integers stays exact (EIP-4788)", async () => {
    const chain = await makeEthereumChain(forkConfig("prague"), PRAGUE_CONTRACTS);
    const wideTimestamp = 2n ** 64n - 1n;
    const mined = await chain.mine({ header: { timestamp: Number.MAX_SAFE_INTEGER, wideTimestamp } });
    assert.equal(mined.wideTimestamp, wideTimestamp);
    const slot = `0x${(wideTimestamp % 8_191n).toString(16).padStart(64, "0")}` as Hash;
    const [beaconRoots] = Object.keys(PRAGUE_CONTRACTS) as [Hash];
    assert.equal(BigInt(await chain.reader.storage(beaconRoots, slot, 1)), wideTimestamp);
    assert.equal(mined.parentBeaconBlockRoot, ZERO_HASH);
    await chain.close();
  });
});
