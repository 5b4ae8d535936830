import { strict as assert } from "node:assert";
import { parseClientMessage } from "../../src/feed/feedMessage.js";

describe("feed message", () => {
  it("reads a subscription and lowers its addresses", () => {
    const address = `0x${"AB".repeat(20)}`;
    const parsed = parseClientMessage(
      JSON.stringify({
        t: "sub",
        id: "1",
        topic: "txs",
        filter: { addresses: [address] },
        from: { block: 3 },
      }),
    );
    assert.deepEqual(parsed, {
      ok: true,
      message: {
        t: "sub",
        id: "1",
        topic: "txs",
        filter: { addresses: [address.toLowerCase()] },
        from: { block: 3 },
      },
    });
  });

  const refused = [
    { name: "text that is not JSON", text: "}{", fatal: true, id: null },
    { name: "a message of no known type", text: '{"t":"hack","id":"1"}', fatal: true, id: "1" },
    { name: "an array", text: "[]", fatal: true, id: null },
    { name: "an unknown topic", text: '{"t":"sub","id":"1","topic":"gossip"}', fatal: false, id: "1" },
    { name: "an unknown key", text: '{"t":"unsub","id":"1","now":true}', fatal: false, id: "1" },
    {
      name: "a snapshot above the limit",
      text: '{"t":"sub","id":"1","topic":"txs","snapshot":101}',
      fatal: false,
      id: "1",
    },
    { name: "an empty id", text: '{"t":"unsub","id":""}', fatal: false, id: null },
  ];
  for (const { name, text, fatal, id } of refused) {
    it(`refuses ${name} and says why`, () => {
      const parsed = parseClientMessage(text);
      assert.equal(parsed.ok, false);
      assert.deepEqual({ fatal: parsed.fatal, id: parsed.id }, { fatal, id });
      assert.notEqual(parsed.reason, "");
    });
  }
});
