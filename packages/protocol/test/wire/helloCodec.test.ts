import assert from "node:assert/strict";
import fc from "fast-check";
import { toHex } from "../../src/hex.js";
import { HELLO_BYTES_MAX } from "../../src/wire/frameLimits.js";
import {
  decodeHello,
  decodeHelloProof,
  encodeHello,
  encodeHelloProof,
  LIFE_BYTES,
} from "../../src/wire/helloCodec.js";
import { addresses, hashes, records, safeIntegers, seals } from "../support/arbitraries.js";
import { assertOnlyCausewayErrors, assertThrowsCode } from "../support/assertCode.js";

const hellos = records({
  genesisHash: hashes,
  forkId: records({ hash: fc.uint8Array({ minLength: 4, maxLength: 4 }).map(toHex), next: safeIntegers }),
  headHeight: safeIntegers,
  nonce: hashes,
  life: fc.uint8Array({ minLength: LIFE_BYTES, maxLength: LIFE_BYTES }).map(toHex),
});
const proofs = fc.option(records({ validator: addresses, signature: seals }));

describe("hello codec (N1)", () => {
  it("hello and proof survive within their bound", () => {
    fc.assert(
      fc.property(hellos, proofs, (hello, proof) => {
        assert.deepEqual(decodeHello(encodeHello(hello)), hello);
        assert.deepEqual(decodeHelloProof(encodeHelloProof(proof)), proof);
        assert.ok(encodeHello(hello).length <= HELLO_BYTES_MAX);
        assert.ok(encodeHelloProof(proof).length <= HELLO_BYTES_MAX);
      }),
    );
  });

  it("WireMalformed: one in the place of the other", () => {
    const [hello] = fc.sample(hellos, { numRuns: 1, seed: 7 }) as [Parameters<typeof encodeHello>[0]];
    assertThrowsCode(() => decodeHelloProof(encodeHello(hello)), "WireMalformed", "code");
    assertThrowsCode(() => decodeHello(encodeHelloProof(null)), "WireMalformed", "code");
  });

  it("WireMalformed: half a proof", () => {
    assertThrowsCode(() => decodeHelloProof(Uint8Array.of(0x02, 0xc1, 0x80)), "WireMalformed", "helloProof");
  });

  it("throws nothing but CausewayError on any bytes", () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 2), fc.uint8Array({ maxLength: 200 }), (code, bytes) => {
        assertOnlyCausewayErrors(() => decodeHello(Uint8Array.of(code, ...bytes)));
        assertOnlyCausewayErrors(() => decodeHelloProof(Uint8Array.of(code, ...bytes)));
      }),
    );
  });
});
