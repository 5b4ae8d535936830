import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CausewayError } from "@causeway/protocol/errors";
import { IPC_PATH_BYTES_MAX } from "@causeway/rpc/ipc/ipcPathBytes";
import { reportNoIpc } from "../../src/config/defaultIpcPath.js";
import { loadNodeConfig } from "../../src/config/loadNodeConfig.js";
import type { Overrides } from "../../src/config/withOverrides.js";

const VALID = {
  name: "node-1",
  genesis: "../genesis.json",
  dataDir: ".",
  keystores: ["consensus.json"],
  passwordFile: "consensus.password",
  p2p: { identityFile: "identity.key", listen: ["/ip4/127.0.0.1/tcp/30401"] },
  rpc: { port: 8645 },
};

describe("loadNodeConfig", () => {
  let directory: string;
  let path: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "causeway-config-"));
    path = join(directory, "config.json");
  });
  after(() => rmSync(directory, { recursive: true }));

  function load(config: unknown, overrides: Overrides = {}) {
    writeFileSync(path, typeof config === "string" ? config : JSON.stringify(config));
    return loadNodeConfig(path, overrides);
  }

  function refused(config: unknown, field: string, message: RegExp): void {
    assert.throws(
      () => load(config),
      (error) => {
        assert(error instanceof CausewayError);
        assert.deepEqual(error.type, { code: "ConfigInvalid", path, field });
        assert.match(error.message, message);
        return true;
      },
    );
  }

  it("fills in defaults and makes paths absolute from the file", () => {
    const config = load(VALID);
    assert.equal(config.genesis, join(directory, "..", "genesis.json"));
    assert.equal(config.dataDir, directory);
    assert.deepEqual(config.keystores, [join(directory, "consensus.json")]);
    assert.equal(config.p2p.identityFile, join(directory, "identity.key"));
    assert.equal(config.rpc?.host, "127.0.0.1");
    assert.equal(config.logLevel, "info");
  });

  it("takes single RPC bounds, gas as a bigint", () => {
    const config = load({ ...VALID, rpc: { port: 1, limits: { callGasMax: 7, logBlocksMax: 9 } } });
    assert.deepEqual(config.rpc?.limits, { callGasMax: 7n, logBlocksMax: 9 });
  });

  it("takes no time that a timer cannot hold", () => {
    for (const name of ["requestMsMax", "callMsMax", "traceMsMax", "pingIntervalMs", "filterIdleMsMax"]) {
      const rpc = (ms: number) => ({ ...VALID, rpc: { port: 1, limits: { [name]: ms } } });
      assert.deepEqual(load(rpc(2_147_453_647)).rpc?.limits, { [name]: 2_147_453_647 });
      refused(rpc(2_147_453_648), `rpc.limits.${name}`, /must be 1 to 2147453647/);
    }
  });

  it("puts the IPC socket into the data directory, elsewhere, or nowhere", function () {
    if (process.platform === "win32") this.skip();
    const ipcPath = (rpc: object) =>
      load({ ...VALID, dataDir: "data", rpc: { port: 1, ...rpc } }).rpc?.ipcPath;
    assert.equal(ipcPath({}), join(directory, "data", "causeway.ipc"));
    assert.equal(ipcPath({ ipcPath: "../n.ipc" }), join(directory, "..", "n.ipc"));
    assert.equal(ipcPath({ ipcPath: null }), null);
  });

  it("does without an IPC socket where the data directory's path is too long, and says so, unless one was asked for", function () {
    if (process.platform === "win32") this.skip();
    const deep = "d".repeat(120);
    const reported = (rpc: object | null, dataDir: string) => {
      const config = load({ ...VALID, dataDir, rpc });
      const lines: { fields: object; message: string }[] = [];
      reportNoIpc(config, { warn: (fields, message) => lines.push({ fields, message }) });
      return { ipcPath: config.rpc?.ipcPath, lines };
    };
    const { ipcPath, lines } = reported({ port: 1 }, deep);
    assert.equal(ipcPath, undefined);
    assert.equal(lines.length, 1);
    assert.match(lines[0]?.message ?? "", /^no IPC: .* --ipc-path .*--no-ipc$/);
    const path = join(directory, deep, "causeway.ipc");
    assert.deepEqual(lines[0]?.fields, { path, bytes: path.length, bytesMax: IPC_PATH_BYTES_MAX });
    const asked = reported({ port: 1, ipcPath: `${deep}/n.ipc` }, deep);
    assert.deepEqual(asked, { ipcPath: join(directory, deep, "n.ipc"), lines: [] });
    assert.deepEqual(reported({ port: 1, ipcPath: null }, deep), { ipcPath: null, lines: [] });
    assert.deepEqual(reported({ port: 1 }, "data").lines, []);
    assert.deepEqual(reported(null, deep).lines, []);
  });

  it("has no admin port unless asked, and its secret beside the file", () => {
    assert.equal(load(VALID).admin, null);
    assert.deepEqual(load({ ...VALID, admin: { port: 8745 } }).admin, {
      host: "127.0.0.1",
      port: 8745,
      jwtSecretFile: join(directory, "jwt.hex"),
    });
  });

  it("takes a cap on fees in ether, in parts of one, or none", () => {
    const rpc = (txFeeEtherMax: unknown) => ({ ...VALID, rpc: { port: 1, limits: { txFeeEtherMax } } });
    for (const ether of [0, 0.5, 21]) {
      assert.deepEqual(load(rpc(ether)).rpc?.limits, { txFeeEtherMax: ether });
    }
    refused(rpc(-1), "rpc.limits.txFeeEtherMax", />=0/);
    refused(rpc("1"), "rpc.limits.txFeeEtherMax", /expected number/);
  });

  it("lets flags replace single settings, and checks them as the file's", () => {
    const { rpc, admin, name } = load(VALID, {
      rpc: { limits: { batchItemsMax: 3 }, origins: ["*"] },
      admin: { port: 9 },
    });
    assert.deepEqual([rpc?.port, rpc?.limits, rpc?.origins], [8645, { batchItemsMax: 3 }, ["*"]]);
    assert.deepEqual([admin?.port, name], [9, "node-1"]);
    assert.throws(() => load(VALID, { rpc: { port: 70_000 } }), /"rpc\.port" must be 0 to 65535/);
    assert.equal(load({ ...VALID, rpc: null }, { rpc: { port: 4 } }).rpc?.port, 4);
  });

  it("names an unknown key", () => {
    refused({ ...VALID, rpcPort: 1 }, "rpcPort", /"rpcPort" is not a known setting/);
    refused({ ...VALID, rpc: { port: 1, prot: 2 } }, "rpc.prot", /"rpc\.prot" is not a known setting/);
    const limits = { bodyByteMax: 1 };
    refused({ ...VALID, rpc: { port: 1, limits } }, "rpc.limits.bodyByteMax", /not a known setting/);
  });

  it("names a missing or wrong value", () => {
    refused({ ...VALID, genesis: undefined }, "genesis", /"genesis"/);
    refused({ ...VALID, rpc: { port: 70_000 } }, "rpc.port", /0 to 65535/);
    const bootPeers = ["/ip4/127.0.0.1/tcp/1"];
    refused({ ...VALID, p2p: { ...VALID.p2p, bootPeers } }, "p2p.bootPeers.0", /must end in \/p2p/);
    for (const typo of ["garbage", "12D3KooWLdxcPnv5wWw2gozD7c6cPEwH8yshMmZ7qH4oVVz3eiP"]) {
      const typos = [`/ip4/127.0.0.1/tcp/1/p2p/${typo}`];
      refused({ ...VALID, p2p: { ...VALID.p2p, bootPeers: typos } }, "p2p.bootPeers.0", /must end in \/p2p/);
      refused({ ...VALID, p2p: { ...VALID.p2p, allowlist: [typo] } }, "p2p.allowlist.0", /must be a peer id/);
    }
    for (const origin of ["app.example", "https://app.example/", "http://", ""])
      refused({ ...VALID, rpc: { port: 1, origins: [origin] } }, "rpc.origins.0", /must be an origin/);
    for (const host of ["https://node.example", "node.example:8645", ""])
      refused({ ...VALID, rpc: { port: 1, hosts: [host] } }, "rpc.hosts.0", /must be a host name/);
    refused({ ...VALID, passwordFile: undefined }, "passwordFile", /needed to open the keystores/);
  });

  it("names a file that is missing or no JSON", () => {
    refused("{", "(file)", /is not JSON/);
    assert.throws(() => loadNodeConfig(join(directory, "none.json")), /none\.json: cannot be read/);
  });
});
