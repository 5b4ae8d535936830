import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import { createKeyFile, writeSecret } from "../../src/init/keyFile.js";
import { SCRYPT_N } from "../../src/init/scryptN.js";
import { readKeyFile } from "../../src/readKeyFile.js";
import { tempDir } from "../support/tempDir.js";

const withCode = (code: string, message: RegExp) => (error: Error & { code?: string }) => {
  assert.equal(error.code, code);
  assert.match(error.message, message);
  return true;
};

describe("key files (X9)", () => {
  const path = tempDir();
  const create = (name = "ops") => createKeyFile(path("keys"), name, SCRYPT_N.devnet);

  it("are readable by their owner only and open with their password", async () => {
    const { address, keystore, passwordFile, privateKey } = await create();
    for (const file of [keystore, passwordFile]) assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.equal((await stat(path("keys"))).mode & 0o777, 0o700);
    const wallet = await readKeyFile(keystore, passwordFile);
    assert.equal(wallet.address.toLowerCase(), address);
    const written = `${await readFile(keystore, "utf8")}${await readFile(passwordFile, "utf8")}`;
    assert.ok(!written.includes(privateKey.slice(2)), "the key itself is nowhere in clear");
  });

  it("are never overwritten", async () => {
    const { keystore } = await create();
    const before = await readFile(keystore, "utf8");
    await assert.rejects(create(), withCode("Usage", /ops\.json exists, and keys are never overwritten/));
    assert.equal(await readFile(keystore, "utf8"), before);
  });

  it("tell a wrong password, a missing file and what is no keystore, never the password", async () => {
    const { keystore } = await create();
    await writeSecret(path("wrong"), "swordfish\n");
    await assert.rejects(
      readKeyFile(keystore, path("wrong")),
      (error: Error & { code?: string }) =>
        withCode("WrongPassword", /ops\.json: the password does not open it/)(error) &&
        !error.message.includes("swordfish"),
    );
    await assert.rejects(readKeyFile(keystore, path("nowhere")), withCode("KeystoreInvalid", /nowhere/));
    await assert.rejects(
      readKeyFile(path("wrong"), path("wrong")),
      withCode("KeystoreInvalid", /no.* V3 keystore/),
    );
  });
});
