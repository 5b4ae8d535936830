import assert from "node:assert/strict";
import { RLP } from "@ethereumjs/rlp";
import fc from "fast-check";
import type { Certificate } from "../../src/certificate.js";
import { certificateFields, decodeCertificate, encodeCertificate } from "../../src/wire/certificateCodec.js";
import { CERTIFICATE_BYTES_MAX } from "../../src/wire/frameLimits.js";
import { certificates } from "../support/arbitraries.js";
import { assertOnlyCausewayErrors, assertThrowsCode } from "../support/assertCode.js";

describe("certificate codec", () => {
  it("every certificate survives, byte for byte, within its bound", () => {
    fc.assert(
      fc.property(certificates, (certificate) => {
        const bytes = encodeCertificate(certificate);
        assert.deepEqual(decodeCertificate(bytes), certificate);
        assert.deepEqual(encodeCertificate(decodeCertificate(bytes)), bytes);
        assert.ok(bytes.length <= CERTIFICATE_BYTES_MAX);
      }),
    );
  });

  it("throws nothing but CausewayError on any bytes or any damage", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => assertOnlyCausewayErrors(() => decodeCertificate(bytes))),
    );
    fc.assert(
      fc.property(certificates, fc.nat(), fc.nat(255), (certificate, position, value) => {
        const bytes = encodeCertificate(certificate);
        assertOnlyCausewayErrors(() => decodeCertificate(bytes.with(position % bytes.length, value)));
      }),
    );
  });

  const [sample] = fc.sample(
    certificates.filter(({ seals }) => seals.length > 0),
    { numRuns: 1, seed: 7 },
  ) as [Certificate];
  const [checkpoint, , seals] = certificateFields(sample) as [Uint8Array[], bigint, Uint8Array[]];
  const cases: [string, unknown[], string][] = [
    ["a bitmap of nine bytes", [checkpoint, 1n << 64n, seals], "certificate.signers"],
    ["a bitmap with a leading zero", [checkpoint, Uint8Array.of(0, 1), seals], "certificate.signers"],
    ["65 seals", [checkpoint, sample.signers, Array(65).fill(seals[0])], "certificate.seals"],
    ["a seal of 64 bytes", [checkpoint, sample.signers, [new Uint8Array(64)]], "certificate.seals[0]"],
    [
      "a high s",
      [checkpoint, sample.signers, [new Uint8Array(65).fill(0xff).with(64, 27)]],
      "certificate.seals[0]",
    ],
    [
      "a checkpoint with a field less",
      [checkpoint.slice(1), sample.signers, seals],
      "certificate.checkpoint",
    ],
  ];
  for (const [name, fields, field] of cases) {
    it(`WireMalformed: ${name}`, () => {
      const bytes = RLP.encode(fields as Uint8Array[]);
      assertThrowsCode(() => decodeCertificate(bytes), "WireMalformed", field);
    });
  }
});
