import assert from "node:assert/strict";
import fc from "fast-check";
import { type Block, decodeBlock } from "../../src/block.js";
import type { Certificate } from "../../src/certificate.js";
import type { CertifiedBlock } from "../../src/certifiedBlock.js";
import { ZERO_ADDRESS } from "../../src/hex.js";
import { decodeDecided, encodeDecided } from "../../src/wire/certifiedBlockCodec.js";
import { SYNC_BLOCKS_MAX, SYNC_REQUEST_BYTES_MAX } from "../../src/wire/frameLimits.js";
import { decodeHead, encodeHead } from "../../src/wire/headCodec.js";
import {
  decodeBlockAnswer,
  decodeBlocks,
  decodeSyncRequest,
  encodeBlockAnswer,
  encodeBlocks,
  encodeSyncRequest,
  type SyncRequest,
} from "../../src/wire/syncCodec.js";
import {
  blockHeader,
  blocks,
  certificates,
  encodeBlock,
  hashes,
  records,
  safeIntegers,
} from "../support/arbitraries.js";
import { assertOnlyCausewayErrors, assertThrowsCode } from "../support/assertCode.js";

function certify(block: Block, certificate: Certificate): CertifiedBlock {
  const { height, timestamp, stateRoot, hash: blockHash, extraData: validatorSetHash } = block;
  const checkpoint = { ...certificate.checkpoint, height, timestamp, stateRoot, blockHash, validatorSetHash };
  return { block, certificate: { ...certificate, checkpoint } };
}

const certified = fc.tuple(blocks, certificates).map(([block, certificate]) => certify(block, certificate));
const requests: fc.Arbitrary<SyncRequest> = fc.oneof(
  records({
    kind: fc.constant("blocks" as const),
    from: safeIntegers.filter((n) => n > 0),
    count: fc.integer({ min: 1, max: SYNC_BLOCKS_MAX }),
  }),
  records({ kind: fc.constant("block" as const), hash: hashes }),
  fc.constant({ kind: "pool" as const }),
);
const [certificate] = fc.sample(certificates, { numRuns: 1, seed: 7 }) as [Certificate];
const chain = [5, 6, 7].map((height) =>
  certify(
    decodeBlock(encodeBlock(blockHeader({ height, timestamp: height, coinbase: ZERO_ADDRESS, words: [] }))),
    certificate,
  ),
);
const [first, second, third] = chain as [CertifiedBlock, CertifiedBlock, CertifiedBlock];

describe("sync codec (N3)", () => {
  it("every request survives within its bound", () => {
    fc.assert(
      fc.property(requests, (request) => {
        const bytes = encodeSyncRequest(request);
        assert.deepEqual(decodeSyncRequest(bytes), request);
        assert.ok(bytes.length <= SYNC_REQUEST_BYTES_MAX);
      }),
    );
  });

  it("WireMalformed: genesis, nothing, or more than the bound asked for", () => {
    const ask = (from: number, count: number) => () =>
      decodeSyncRequest(encodeSyncRequest({ kind: "blocks", from, count }));
    assertThrowsCode(ask(0, 1), "WireMalformed", "blocksRequest.from");
    assertThrowsCode(ask(1, 0), "WireMalformed", "blocksRequest.count");
    assertThrowsCode(ask(1, SYNC_BLOCKS_MAX + 1), "WireMalformed", "blocksRequest.count");
  });

  it("a range survives; an empty answer is one", () => {
    assert.deepEqual(decodeBlocks(encodeBlocks(chain), { from: 5, count: 3 }), chain);
    assert.deepEqual(decodeBlocks(encodeBlocks([]), { from: 5, count: 3 }), []);
  });

  it("WireMalformed: an answer that starts elsewhere, has a gap, or is longer than asked", () => {
    const from = { from: 5, count: 2 };
    assertThrowsCode(() => decodeBlocks(encodeBlocks([second]), from), "WireMalformed", "blocks[0]");
    assertThrowsCode(() => decodeBlocks(encodeBlocks([first, third]), from), "WireMalformed", "blocks[1]");
    assertThrowsCode(() => decodeBlocks(encodeBlocks(chain), from), "WireMalformed", "blocks");
  });

  it("a block by hash survives, null too; another block than asked is refused", () => {
    const { block } = first;
    assert.deepEqual(decodeBlockAnswer(encodeBlockAnswer(block), block.hash), block);
    assert.equal(decodeBlockAnswer(encodeBlockAnswer(null), block.hash), null);
    assertThrowsCode(
      () => decodeBlockAnswer(encodeBlockAnswer(second.block), block.hash),
      "WireMalformed",
      "block",
    );
  });

  it("throws nothing but CausewayError on any bytes or any damage", () => {
    const answers = [
      encodeBlocks(chain),
      encodeBlockAnswer(first.block),
      encodeDecided(first),
      encodeHead(first),
    ];
    fc.assert(
      fc.property(fc.constantFrom(...answers), fc.nat(), fc.nat(255), (bytes, position, value) => {
        const damaged = bytes.with(position % bytes.length, value);
        assertOnlyCausewayErrors(() => decodeBlocks(damaged, { from: 5, count: 3 }));
        assertOnlyCausewayErrors(() => decodeBlockAnswer(damaged, first.block.hash));
        assertOnlyCausewayErrors(() => decodeDecided(damaged));
        assertOnlyCausewayErrors(() => decodeHead(damaged));
        assertOnlyCausewayErrors(() => decodeSyncRequest(damaged));
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => assertOnlyCausewayErrors(() => decodeSyncRequest(bytes))),
    );
  });
});

describe("decided block (C11)", () => {
  it("survives, byte for byte", () => {
    fc.assert(
      fc.property(certified, (decided) => {
        const bytes = encodeDecided(decided);
        assert.deepEqual(decodeDecided(bytes), decided);
        assert.deepEqual(encodeDecided(decodeDecided(bytes)), bytes);
      }),
      { numRuns: 50 },
    );
  });

  it("WireMalformed: a certificate of another block", () => {
    const swapped = { block: first.block, certificate: second.certificate };
    assertThrowsCode(() => decodeDecided(encodeDecided(swapped)), "WireMalformed", "decided.certificate");
  });
});

describe("head announcement (N2)", () => {
  it("carries header and certificate, not the body", () => {
    fc.assert(
      fc.property(certified, (decided) => {
        const { bytes: _bytes, transactionCount: _count, ...header } = decided.block;
        assert.deepEqual(decodeHead(encodeHead(decided)), { header, certificate: decided.certificate });
      }),
      { numRuns: 50 },
    );
  });

  for (const field of ["height", "timestamp", "blockHash", "stateRoot", "validatorSetHash"] as const) {
    it(`WireMalformed: a checkpoint whose ${field} is not the header's`, () => {
      const { checkpoint } = first.certificate;
      const other = typeof checkpoint[field] === "number" ? 99 : `0x${"77".repeat(32)}`;
      const changed = {
        ...first,
        certificate: { ...certificate, checkpoint: { ...checkpoint, [field]: other } },
      };
      assertThrowsCode(() => decodeHead(encodeHead(changed)), "WireMalformed", "head.certificate");
    });
  }
});
