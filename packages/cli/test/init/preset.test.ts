import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { presetSchema } from "../../src/init/preset.js";
import { readConfig } from "../../src/readJson.js";
import { tempDir } from "../support/tempDir.js";

const TESTNET = fileURLToPath(new URL("../../../../../config/testnet.json", import.meta.url));

describe("preset", () => {
  const path = tempDir();
  const read = async (text: string) => {
    await writeFile(path("preset.json"), text);
    return readConfig(path("preset.json"), presetSchema);
  };
  const refused = (text: string, message: RegExp) =>
    assert.rejects(read(text), (error: Error) => {
      assert.match(error.message, message);
      assert.match(error.message, /^config .*preset\.json: /);
      return true;
    });

  it("the one that comes with Causeway is valid", async () => {
    assert.equal((await readConfig(TESTNET, presetSchema)).blockPeriodSeconds, 2);
  });

  it("leaves out what it does not name", async () => {
    assert.deepEqual(await read('{"epochLength": 30}'), { epochLength: 30 });
    assert.deepEqual(await read("{}"), {});
  });

  it("names an unknown key, a value out of bounds and what is no JSON", async () => {
    await refused('{"blockPeriodSecond": 2}', /"blockPeriodSecond" is not a known setting$/);
    await refused('{"blockPeriodSeconds": 99}', /"blockPeriodSeconds": .*60/);
    await refused('{"epochLength": 30', /is not JSON/);
  });

  it("leaves bridge, set size, upgrades and override to init", async () => {
    for (const key of ["bridge", "minValidators", "upgrades", "override"]) {
      await refused(`{"${key}": null}`, new RegExp(`"${key}" is not a known setting`));
    }
  });
});
