import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { causeway } from "../support/causeway.js";
import { tempDir } from "../support/tempDir.js";

const ACCOUNT = `0x${"a1".repeat(20)}`;
/** Nobody listens there. */
const RPC = ["--rpc", "http://127.0.0.1:1"];

describe("causeway validator, what is given wrong (X10)", () => {
  const path = tempDir();

  function refused(args: string[], message: RegExp, status = 2): void {
    const ended = causeway(["validator", ...args, ...RPC]);
    assert.match(ended.stderr, message);
    assert.equal(ended.status, status, ended.stderr);
    assert.equal(ended.stdout, "");
    assert.doesNotMatch(ended.stderr, /\n\s+at /, "no stack trace");
  }

  it("an unknown change, an account that is none, an operator too many or missing", () => {
    const keystore = ["--keystore", path("operator.json")];
    refused(
      ["propose", "rename", ACCOUNT, ...keystore],
      /'rename' is invalid.*Allowed choices are add, remove/,
    );
    refused(["propose", "remove", "0x12", ...keystore], /It must be an address/);
    refused(["propose", "add", ACCOUNT, ...keystore], /propose add needs --operator/);
    refused(
      ["propose", "remove", ACCOUNT, "--operator", ACCOUNT, ...keystore],
      /propose remove takes no --operator/,
    );
    refused(["vote", "first", ...keystore], /value 'first' is invalid.*whole number/);
  });

  it("a keystore that is missing or not named", () => {
    refused(["vote", "0"], /'--keystore <path>' not specified/);
    refused(
      ["vote", "0", "--keystore", path("operator.json")],
      /^causeway: keystore .*operator\.json: cannot be read \(ENOENT\)\n$/,
    );
  });

  it("a password that is not beside its keystore", async () => {
    await writeFile(path("operator.json"), "{}");
    refused(
      ["vote", "0", "--keystore", path("operator.json")],
      /cannot read password file .*operator\.password \(ENOENT\)/,
    );
  });

  it("a node nobody answers for", () => {
    refused(["list"], /^causeway: http:\/\/127\.0\.0\.1:1: eth_blockNumber: no answer/, 1);
  });

  it("readiness from nowhere, from two places, for nobody, or torn", async () => {
    refused(["ready"], /either --config of the node that signs, or --signed/);
    refused(["ready", "--config", "a", "--signed", "b"], /either --config .* or --signed/);
    const ready = { candidate: ACCOUNT, blockNumber: 7, signature: `0x${"11".repeat(65)}` };
    await writeFile(path("ready.json"), JSON.stringify(ready));
    refused(
      ["ready", "--signed", path("ready.json")],
      /give --keystore of the account that posts it, or --print/,
    );
    await writeFile(path("ready.json"), JSON.stringify({ ...ready, signature: "0x11" }));
    refused(["ready", "--signed", path("ready.json")], /ready\.json: "signature": must be 65 bytes/);
  });
});
