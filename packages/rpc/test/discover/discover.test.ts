import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { Ajv } from "ajv";
import { ADMIN_METHODS } from "../../src/admin/adminMethods.js";
import { METHOD_DESCRIPTIONS } from "../../src/discover/methodDescriptions.js";
import { RESULT_SCHEMAS } from "../../src/discover/resultSchemas.js";
import { METHOD_TABLE } from "../../src/methodTable.js";
import { RpcFixture } from "../support/rpcFixture.js";

interface Document {
  readonly methods: readonly {
    readonly name: string;
    readonly summary: string;
    readonly params: readonly {
      readonly name: string;
      readonly required: boolean;
      readonly schema: object;
    }[];
    readonly result: { readonly schema: object };
  }[];
}

/** A CommonJS module whose types promise another shape. */
const { openrpcDocument: metaSchema }: { openrpcDocument: Record<string, unknown> } = createRequire(
  import.meta.url,
)("@open-rpc/meta-schema");

const REFERENCE = /"#\/components\/schemas\/([^"]+)"/g;

describe("rpc.discover", () => {
  let rpc: RpcFixture;
  let document: Document;
  before(async () => {
    rpc = await RpcFixture.start();
    document = await rpc.result<Document & null>("rpc.discover");
  });
  after(() => rpc.server.close());

  it("is a valid OpenRPC document", () => {
    const ajv = new Ajv({ strict: false, validateFormats: false, validateSchema: false });
    // It refers to a meta schema of schemas, which is no part of the package: what it says of them is not checked.
    const text = JSON.stringify(metaSchema).replace(/"\$ref":"https:[^"]*"/g, '"title":"any schema"');
    const { $schema: _dialect, ...schema } = JSON.parse(text);
    assert.ok(ajv.validate(schema, document), JSON.stringify(ajv.errors));
    assert.ok(!ajv.validate(schema, { ...document, info: undefined }), "the meta schema checks nothing");
  });

  it("holds exactly the methods that answer", async () => {
    const names = document.methods.map(({ name }) => name);
    assert.deepEqual([...names].sort(), [...METHOD_TABLE.keys()].sort());
    for (const name of names) {
      const { error } = await rpc.answer(name);
      assert.doesNotMatch(error?.message ?? "", /does not exist/, name);
    }
  });

  it("has a description for every method that some port serves, and for no other", () => {
    const served = new Set([...METHOD_TABLE.keys(), ...ADMIN_METHODS.keys()]);
    assert.deepEqual(Object.keys(METHOD_DESCRIPTIONS).sort(), [...served].sort());
    for (const [name, { params }] of [...METHOD_TABLE, ...ADMIN_METHODS]) {
      const { paramNames, result } = METHOD_DESCRIPTIONS[name] ?? { paramNames: [], result: "" };
      assert.equal(paramNames.length, params.length, `${name} takes ${params.length} parameters`);
      assert.ok(result.replace(/(\[\]|\?)+$/, "") in RESULT_SCHEMAS, `${name}: ${result}`);
    }
  });

  it("names its schemas consistently", () => {
    const text = JSON.stringify(document);
    for (const [, name] of text.matchAll(REFERENCE)) assert.ok((name as string) in RESULT_SCHEMAS, name);
    const ajv = new Ajv({ strict: false, validateFormats: false });
    for (const { name, params, result } of document.methods) {
      for (const { schema } of params) assert.doesNotThrow(() => ajv.compile(schema), name);
      const components = { schemas: RESULT_SCHEMAS };
      assert.doesNotThrow(() => ajv.compile({ ...result.schema, components }), name);
    }
  });

  it("tells which parameters may be left out, and what they look like", () => {
    const params = document.methods.find(({ name }) => name === "eth_getBalance")?.params ?? [];
    assert.deepEqual(
      params.map(({ name, required }) => [name, required]),
      [
        ["Address", true],
        ["Block", false],
      ],
    );
    const accepts = new Ajv({ strict: false }).compile(params[0]?.schema ?? {});
    assert.deepEqual([accepts(`0x${"aB".repeat(20)}`), accepts("0x1")], [true, false]);
  });

  it("describes the parameters that take several forms as they are decoded", () => {
    const [address, topic] = [`0x${"aB".repeat(20)}`, `0x${"0c".repeat(32)}`];
    const filters = [
      ...[{}, { address }, { address: [address, address] }, { address: [] }, { address: null }],
      ...[{ address: "0x1" }, { address: [null] }, { address: 7 }, { address: Array(1_001).fill(address) }],
      ...[{ topics: [topic] }, { topics: [null, topic] }, { topics: [[topic, null], []] }, { topics: null }],
      ...[{ topics: topic }, { topics: ["0x1"] }, { topics: [7] }, { topics: [[[topic]]] }],
      ...[{ topics: [null, null, null, null, null] }, { fromBlock: "0x0" }, { fromBlock: 0 }, [], "0x1", 7],
    ];
    const counts = [0, 10, "0xa", "10", "", -1, 1.5, "0x", "0x0a", "-1", null, {}];
    const slots = ["0x0", "1", "", `0x${"00".repeat(32)}`, `0x0${"00".repeat(32)}`, "0xg", 0];
    const numbers = ["0x0", "", "0x00", "0x", "1", 1].map((gas) => ({ gas }));
    const data = ["0x", "", "0x1", "0x12", "12", 1].map((data) => ({ data }));
    for (const [method, index, values] of [
      ["eth_getLogs", 0, filters],
      ["eth_newFilter", 0, filters],
      ["eth_feeHistory", 0, counts],
      ["eth_sendRawTransactionSync", 1, [1, "0x1", "20", {}, "x"]],
      ["eth_getStorageAt", 1, slots],
      ["eth_call", 0, [...numbers, ...data]],
      ["eth_subscribe", 0, ["newHeads", "logs", 7]],
    ] as const) {
      const described = document.methods.find(({ name }) => name === method)?.params[index]?.schema;
      const accepts = new Ajv({ strict: false }).compile(described ?? {});
      const decoder = METHOD_TABLE.get(method)?.params[index];
      const taken = values.map((value) => decoder?.safeParse(value).success);
      assert.deepEqual(
        values.map((value) => accepts(value)),
        taken,
        method,
      );
      assert.ok(taken.includes(true) && taken.includes(false), `${method} is not tried both ways`);
    }
  });

  it("leaves no parameter undescribed", () => {
    for (const { name, params } of document.methods) {
      for (const { name: param, schema } of params) {
        assert.doesNotMatch(
          JSON.stringify(schema),
          /^\{\}$|(?<!"default"):\{\}|[[,]\{\}/,
          `${name}: ${param}`,
        );
      }
    }
  });

  it("describes answers as they are", async () => {
    rpc.chain.mine();
    const ajv = new Ajv({ strict: false, validateFormats: false });
    for (const [method, ...params] of [
      ["eth_getBlockByNumber", "latest", true],
      ["eth_getBlockByNumber", "0x99", true],
      ["eth_getHeaderByNumber", "latest"],
      ["eth_getBlockReceipts", "latest"],
      ["eth_feeHistory", 1, "latest", [50]],
      ["eth_getBalance", `0x${"00".repeat(20)}`, "latest"],
      ["eth_syncing"],
      ["eth_getLogs", {}],
      ["causeway_getValidators", "latest"],
      ["causeway_getCertificate", "latest"],
      ["rpc_modules"],
      ["txpool_status"],
      ["net_version"],
    ] as const) {
      const schema = document.methods.find(({ name }) => name === method)?.result.schema;
      const valid = ajv.compile({ ...schema, components: { schemas: RESULT_SCHEMAS } });
      assert.ok(valid(await rpc.result(method, ...params)), `${method}: ${JSON.stringify(valid.errors)}`);
    }
  });

  it("agrees with rpc_modules", async () => {
    const modules = Object.keys((await rpc.result<Record<string, string>>("rpc_modules")) ?? {});
    const spaces = new Set([...METHOD_TABLE.keys()].map((name) => name.split(/[_.]/)[0]));
    assert.deepEqual(modules, [...spaces].sort());
  });
});
