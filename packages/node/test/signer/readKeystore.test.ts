import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toHex } from "@causeway/protocol/hex";
import { encryptKeystoreJsonSync } from "ethers";
import { KeyRing } from "../../src/signer/keyRing.js";
import { readKeystore } from "../../src/signer/readKeystore.js";
import { withCode } from "../fakes/errorCode.js";
import { testKey } from "../support/testKeys.js";

describe("readKeystore", () => {
  let directory: string;
  let path: string;
  const [address = "0x"] = new KeyRing([testKey(1)]).addresses;

  before(() => {
    directory = mkdtempSync(join(tmpdir(), "causeway-keystore-"));
    path = join(directory, "key.json");
    const account = { address, privateKey: toHex(testKey(1)) };
    writeFileSync(path, encryptKeystoreJsonSync(account, "right", { scrypt: { N: 2, r: 8, p: 1 } }));
  });
  after(() => rmSync(directory, { recursive: true }));

  it("decrypts a keystore of version 3 (X9)", async () => {
    assert.deepEqual(await readKeystore(path, "right"), testKey(1));
  });

  it("WrongPassword: names the file and the setting, not the password (X10)", async () => {
    await assert.rejects(readKeystore(path, "wr0ng"), (error: Error) => {
      assert(withCode("WrongPassword")(error));
      assert.match(error.message, /key\.json.*passwordFile/);
      return !error.message.includes("wr0ng");
    });
  });

  it("KeystoreInvalid: a missing file, and one that is no keystore", async () => {
    await assert.rejects(readKeystore(join(directory, "none.json"), "right"), withCode("KeystoreInvalid"));
    writeFileSync(join(directory, "other.json"), "{}");
    await assert.rejects(readKeystore(join(directory, "other.json"), "right"), withCode("KeystoreInvalid"));
  });
});
