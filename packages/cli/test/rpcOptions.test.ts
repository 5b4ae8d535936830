import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { LIMIT_FLAGS } from "@causeway/rpc/limitFlags";
import { DEFAULT_LIMITS } from "@causeway/rpc/limits";
import { Command } from "commander";
import { addLimitOptions, addRpcOptions, limitsOf, type RpcFlags, rpcOverrides } from "../src/rpcOptions.js";

function overridesOf(...args: readonly string[]) {
  const command = addRpcOptions(new Command("node").exitOverride().configureOutput({ writeErr: () => {} }));
  return rpcOverrides(command.parse(args, { from: "user" }).opts<RpcFlags>());
}

describe("the flags of a node's RPC", () => {
  it("replace nothing unless given", () => {
    assert.deepEqual(overridesOf(), {});
  });

  it("replace the setting each is named for", () => {
    const args =
      "--rpc-host ::1 --rpc-port 7 --rpc-cors localhost,https://a.example --rpc-hosts node.example";
    assert.deepEqual(overridesOf(...args.split(" "), "--ipc-path", "/run/c.ipc", "--rpc-batch-items", "9"), {
      rpc: {
        host: "::1",
        port: 7,
        origins: ["localhost", "https://a.example"],
        hosts: ["node.example"],
        ipcPath: "/run/c.ipc",
        limits: { batchItemsMax: 9 },
      },
    });
    assert.deepEqual(overridesOf("--no-ipc"), { rpc: { ipcPath: null } });
    assert.deepEqual(overridesOf("--admin-port", "8", "--admin-jwt-secret", "/s", "--admin-host", "::1"), {
      admin: { host: "::1", port: 8, jwtSecretFile: "/s" },
    });
  });

  it("are all in the operator's handbook, limits with their defaults", () => {
    const handbook = readFileSync(new URL("../../../../docs/operating.md", import.meta.url), "utf8");
    const command = addRpcOptions(new Command("node"));
    for (const { long } of command.options)
      assert.match(handbook, new RegExp(`\\| .*\`${long}\`.* \\|`), long ?? "");
    for (const [name, { flag }] of Object.entries(LIMIT_FLAGS)) {
      const value = DEFAULT_LIMITS[name as keyof typeof LIMIT_FLAGS];
      assert.match(handbook, new RegExp(`\\| \`${flag}\` +\\| \`${name}\` +\\| ${value} +\\|`));
    }
  });

  it("take no time that a timer cannot hold", () => {
    const times = Object.values(LIMIT_FLAGS).filter(({ unit }) => unit === "ms");
    assert.equal(times.length, 4);
    for (const { flag } of times) {
      assert.doesNotThrow(() => overridesOf(flag, "2147453647"), flag);
      assert.throws(() => overridesOf(flag, "2147453648"), /whole number from 1 to 2147453647/, flag);
    }
  });

  it("know every limit that an error names", () => {
    for (const [name, { flag }] of Object.entries(LIMIT_FLAGS)) {
      assert.deepEqual(overridesOf(flag, "12"), { rpc: { limits: { [name]: 12 } } }, flag);
      if (name === "txFeeEtherMax") continue;
      assert.throws(() => overridesOf(flag, "0"), /It must be a whole number/, flag);
    }
    for (const ether of ["0", "0.5", "21.25"]) {
      const limits = { txFeeEtherMax: Number(ether) };
      assert.deepEqual(overridesOf("--rpc-tx-fee-cap", ether), { rpc: { limits } });
    }
    for (const wrong of ["-1", "1e3", ".5", "1.", "0x1", "", "1 ether"]) {
      assert.throws(() => overridesOf(`--rpc-tx-fee-cap=${wrong}`), /It must be a number such as/, wrong);
    }
    const command = addLimitOptions(new Command("serve")).parse(
      ["--rpc-call-gas", "7", "--rpc-log-blocks", "8"],
      {
        from: "user",
      },
    );
    assert.deepEqual(limitsOf(command.opts()), { callGasMax: 7n, logBlocksMax: 8 });
  });
});
