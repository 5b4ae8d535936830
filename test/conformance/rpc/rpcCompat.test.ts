import assert from "node:assert/strict";
import { firstDifference } from "./firstDifference.js";
import { runSuite } from "./runSuite.js";
import { readExclusions, readFloor, readSuite, suiteFolder } from "./suite.js";

const suite = suiteFolder();

describe("rpc-compat", () => {
  it("compares exactly but for the wording of errors", () => {
    const answer = { id: 1, result: [{ a: "0x1", error: { code: 3, message: "one" } }] };
    const same = structuredClone(answer);
    assert.equal(firstDifference(answer, same), null);
    assert.equal(
      firstDifference(answer, { id: 1, result: [{ a: "0x1", error: { code: 3, message: "another" } }] }),
      null,
    );
    const differs: readonly (readonly [unknown, string])[] = [
      [{ id: 1, result: [{ a: "0x2", error: { code: 3, message: "one" } }] }, "$.result[0].a"],
      [{ id: 1, result: [{ a: "0x1", error: { code: 4, message: "one" } }] }, "$.result[0].error.code"],
      [{ id: 1, result: [{ a: "0x1", error: { code: 3 } }] }, "$.result[0].error.message"],
      [{ id: 1, result: [{ a: "0x1", b: 1, error: { code: 3, message: "one" } }] }, "$.result[0].b"],
      [{ id: 1, result: [] }, "$.result[0]"],
      [{ id: 1, result: [{ a: null, error: { code: 3, message: "one" } }] }, "$.result[0].a"],
      [{ id: 1 }, "$.result"],
    ];
    for (const [have, path] of differs) assert.equal(firstDifference(answer, have)?.path, path);
    assert.equal(firstDifference({ message: "one" }, { message: "two" })?.path, "$.message");
  });

  it("passes as many fixtures as floor.json says, and fails none but the excluded", async function () {
    if (suite === null) {
      process.stdout.write(
        "    no rpc-compat suite here: neither ../shared nor $CAUSEWAY_RPC_COMPAT holds it\n",
      );
      this.skip();
    }
    this.timeout(900_000);
    const outcomes = await runSuite(suite, readSuite(suite));
    const failures = outcomes.filter(({ fault }) => fault !== null);
    const exclusions = Object.keys(readExclusions());
    assert.deepEqual(
      failures.filter(({ name }) => !exclusions.includes(name)).map(({ name, fault }) => `${name}: ${fault}`),
      [],
    );
    assert.deepEqual(
      exclusions.filter((name) => !failures.some((failure) => failure.name === name)),
      [],
      "these pass by now: take them off exclusions.json",
    );
    assert.ok(outcomes.length - failures.length >= readFloor(), `fewer than ${readFloor()} pass`);
  });
});
