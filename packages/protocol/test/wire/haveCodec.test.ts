import assert from "node:assert/strict";
import fc from "fast-check";
import type { Hex } from "../../src/hex.js";
import { encodeEnvelope } from "../../src/wire/envelope.js";
import {
  authorOfId,
  decodeHave,
  encodeHave,
  HAVE_IDS_MAX,
  type MessageId,
  messageId,
} from "../../src/wire/haveCodec.js";
import { WIRE_CODE } from "../../src/wire/wireCode.js";
import { assertOnlyCausewayErrors, assertThrowsCode } from "../support/assertCode.js";

const author: Hex = `0x${"a1".repeat(20)}`;
const signature: Hex = `0x${"b2".repeat(65)}`;
const numbered = (i: number): MessageId => `0x${i.toString(16).padStart(24, "0")}`;

describe("have codec (N2)", () => {
  it("names a message by its author and signature", () => {
    const id = messageId({ author, signature });
    assert.equal(id, `0x${"a1".repeat(4)}${"b2".repeat(8)}`);
    assert.equal(authorOfId(id), "0xa1a1a1a1");
  });

  it("survives, in order; of too many ids the newest go", () => {
    const ids = Array.from({ length: HAVE_IDS_MAX + 3 }, (_, i) => numbered(i));
    const have = { fromYou: ids.slice(0, 2), fromOthers: ids.slice(2, 7) };
    assert.deepEqual(decodeHave(encodeHave(have)), have);
    const { fromYou, fromOthers } = decodeHave(encodeHave({ fromYou: [], fromOthers: ids }));
    assert.deepEqual([fromYou, fromOthers], [[], ids.slice(3)]);
  });

  it("WireMalformed: no list of ids, too many of them, or another message", () => {
    const none = new Uint8Array();
    const have = (...fields: Uint8Array[]) => encodeEnvelope(WIRE_CODE.have, fields);
    const refused = (bytes: Uint8Array, field: string) =>
      assertThrowsCode(() => decodeHave(bytes), "WireMalformed", field);
    refused(have(new Uint8Array(13), none), "have.fromYou");
    refused(have(none, new Uint8Array(12 * (HAVE_IDS_MAX + 1))), "have.fromOthers");
    refused(have(none), "have");
    refused(encodeEnvelope(WIRE_CODE.pool, [none, none]), "code");
  });

  it("throws nothing but wire errors on any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) =>
        assertOnlyCausewayErrors(() => decodeHave(bytes)),
      ),
    );
  });
});
