import assert from "node:assert/strict";
import { RPC_CODE } from "../src/rpcError.js";
import { RpcFixture } from "./support/rpcFixture.js";

describe("a chain of plain Ethereum's rules", () => {
  it("has no certificates, and its trust is not that of validators", async () => {
    const rpc = await RpcFixture.start();
    rpc.chain.mine();
    assert.notEqual(await rpc.result("causeway_getCertificate", "latest"), null);
    assert.match(JSON.stringify(await rpc.result("causeway_securityStatement")), /proof-of-authority/);
    rpc.chain.reader.validators = async () => null;
    rpc.chain.reader.certificate = async () => null;
    assert.deepEqual(await rpc.error("causeway_getCertificate", "latest"), [
      RPC_CODE.methodNotFound,
      "this chain has no certificates",
    ]);
    const statement = JSON.stringify(await rpc.result("causeway_securityStatement"));
    assert.doesNotMatch(statement, /authority|quorum|Vault/);
    await rpc.server.close();
  });
});
