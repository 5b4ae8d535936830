import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { toBeHex, Wallet } from "ethers";
import { CHAIN_ID, FUNDED_KEYS, LiveChain, transfer } from "./support/liveChain.js";
import { RpcClient } from "./support/rpcClient.js";

const REPOSITORY = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..", "..");
const SUITE =
  process.env.CAUSEWAY_RPC_COMPAT ?? join(REPOSITORY, "..", "shared", "conformance", "rpc-compat");
const OPENRPC = join(SUITE, "openrpc.json");

interface OpenRpc {
  readonly methods: readonly { readonly name: string; readonly result: { readonly schema: object } }[];
}

/** rpc-compat looks at a chain of plain Ethereum's; this at one of Causeway's, by the same schemas. */
describe("answers over a chain of Causeway's, by the schemas of execution-apis", () => {
  const schemas = new Map<string, object>();
  const ajv = new Ajv({ strict: false });
  let live: LiveChain;
  let rpc: RpcClient;
  let hashes: string[];
  let contract: string;

  before(async function () {
    if (!existsSync(OPENRPC)) {
      process.stdout.write(`    no ${OPENRPC}\n`);
      this.skip();
    }
    const { methods } = JSON.parse(readFileSync(OPENRPC, "utf8")) as OpenRpc;
    for (const { name, result } of methods) schemas.set(name, result.schema);
    live = await LiveChain.start();
    rpc = new RpcClient(live.url);
    live.autoMine = false;
    hashes = [];
    for (const raw of await transactions()) hashes.push(await rpc.result("eth_sendRawTransaction", raw));
    await live.mine();
    const created = await rpc.result<{ contractAddress: string }>("eth_getTransactionReceipt", hashes[3]);
    contract = created.contractAddress;
    await rpc.result("eth_sendRawTransaction", await transfer(5));
    await rpc.result("eth_sendRawTransaction", await transfer(7));
  });
  after(() => live?.stop());

  it("blocks, transactions of every type, receipts and logs", async () => {
    for (const [index, hash] of hashes.entries()) {
      await check("eth_getTransactionByHash", hash);
      await check("eth_getTransactionReceipt", hash);
      await check("eth_getTransactionByBlockNumberAndIndex", "0x1", toHex(index));
      await check("debug_getRawTransaction", hash);
    }
    const { hash } = await rpc.result<{ hash: string }>("eth_getBlockByNumber", "0x1", false);
    // A pending block has no hash, nonce and miner here as in geth, which the schema does not know.
    for (const tag of ["earliest", "0x1", "latest", "safe", "finalized"]) {
      for (const full of [true, false]) await check("eth_getBlockByNumber", tag, full);
    }
    for (const full of [true, false]) await check("eth_getBlockByHash", hash, full);
    await check("eth_getBlockReceipts", "0x1");
    await check("eth_getLogs", { fromBlock: "0x0" });
    for (const method of ["debug_getRawHeader", "debug_getRawBlock", "debug_getRawReceipts"])
      await check(method, "0x1");
  });

  it("state, calls, simulations and proofs", async () => {
    await check("eth_getProof", contract, ["0x0", `0x${"01".repeat(32)}`], "latest");
    await check("eth_getStorageValues", { [contract]: ["0x0"] });
    await check("eth_getStorageAt", contract, "0x0", "latest");
    await check("eth_createAccessList", { to: contract });
    await check("eth_call", { to: contract });
    await check("eth_estimateGas", { to: contract });
    await check("eth_fillTransaction", { from: new Wallet(FUNDED_KEYS[1] ?? "").address, to: contract });
    for (const returnFullTransactions of [true, false]) {
      await check("eth_simulateV1", {
        ...{ returnFullTransactions, traceTransfers: true },
        blockStateCalls: [{ calls: [{ to: contract }, { data: "0x5f5ffd" }] }, {}],
      });
    }
    for (const method of ["eth_getBalance", "eth_getCode", "eth_getTransactionCount"]) {
      await check(method, contract, "latest");
    }
  });

  it("the chain, its fees and its pool", async () => {
    const methods = [
      ...["eth_blockNumber", "eth_chainId", "eth_syncing", "eth_accounts", "eth_config", "eth_capabilities"],
      ...["eth_gasPrice", "eth_maxPriorityFeePerGas", "eth_baseFee", "eth_blobBaseFee", "net_version"],
      ...["txpool_status", "txpool_content", "eth_newBlockFilter", "eth_newPendingTransactionFilter"],
    ];
    for (const method of methods) await check(method);
    await check("eth_feeHistory", "0x2", "latest", [10, 50]);
    await check("txpool_contentFrom", new Wallet(FUNDED_KEYS[0] ?? "").address);
    await check("eth_newFilter", {});
  });

  async function check(method: string, ...params: readonly unknown[]): Promise<void> {
    const schema = schemas.get(method);
    assert.ok(schema, `openrpc.json has no ${method}`);
    const result = await rpc.result<unknown>(method, ...params);
    assert.notEqual(result, null, method);
    const validate = ajv.compile(schema);
    const [error] = validate(result) ? [] : (validate.errors ?? []);
    assert.equal(error, undefined, `${method} ${JSON.stringify(params)}: ${JSON.stringify(error)}`);
  }

  /** One of each type, the creation of a contract that logs, and one that fails. */
  async function transactions(): Promise<string[]> {
    const wallet = new Wallet(FUNDED_KEYS[0] ?? "");
    const to = `0x${"c1".repeat(20)}`;
    const fees = { maxFeePerGas: 5_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n };
    const base = { chainId: CHAIN_ID, gasLimit: 200_000n };
    const delegate = await new Wallet(FUNDED_KEYS[2] ?? "").authorize({
      address: to,
      nonce: 0n,
      chainId: CHAIN_ID,
    });
    const accessList = [{ address: to, storageKeys: [`0x${"05".repeat(32)}`] }];
    const all = [
      { ...base, type: 0, to, gasPrice: 5_000_000_000n },
      { ...base, type: 1, to, gasPrice: 5_000_000_000n, accessList },
      { ...base, type: 4, to, ...fees, authorizationList: [delegate] },
      // Stores, logs and leaves one byte of code.
      { ...base, type: 2, data: "0x602a5f555f5fa06001601ff3", ...fees },
      { ...base, type: 2, data: "0xfe", ...fees },
    ];
    return Promise.all(all.map((transaction, nonce) => wallet.signTransaction({ ...transaction, nonce })));
  }
});

function toHex(index: number): string {
  return index === 0 ? "0x0" : toBeHex(index).replace(/^0x0+/, "0x");
}
