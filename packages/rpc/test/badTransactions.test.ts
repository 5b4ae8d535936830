import assert from "node:assert/strict";
import { parseEther, Transaction, type TransactionLike, Wallet } from "ethers";
import { RPC_CODE } from "../src/rpcError.js";
import { CHAIN_ID, FUNDED_KEYS, LiveChain, POOR_KEY } from "./support/liveChain.js";
import { RpcClient } from "./support/rpcClient.js";

const GWEI = 1_000_000_000n;
const VALID: TransactionLike = {
  type: 2,
  chainId: CHAIN_ID,
  nonce: 1,
  to: `0x${"22".repeat(20)}`,
  value: 1n,
  gasLimit: 21_000n,
  maxFeePerGas: 5n * GWEI,
  maxPriorityFeePerGas: GWEI,
};

describe("eth_sendRawTransaction over the real chain", () => {
  let live: LiveChain;
  let rpc: RpcClient;
  before(async () => {
    live = await LiveChain.start();
    rpc = new RpcClient(live.url);
    await rpc.result("eth_sendRawTransaction", signed({ nonce: 0 }));
    await live.mine();
  });
  after(() => live.stop());

  function signed(fields: TransactionLike, key = FUNDED_KEYS[0] ?? ""): string {
    const transaction = Transaction.from({ ...VALID, ...fields });
    transaction.signature = new Wallet(key).signingKey.sign(transaction.unsignedHash);
    return transaction.serialized;
  }

  const cases: readonly [string, () => string, RegExp][] = [
    [
      "a wrong chain id",
      () => signed({ chainId: 1 }),
      /^invalid sender: invalid chain id for signer: have 1 want 73311$/,
    ],
    ["a spent nonce", () => signed({ nonce: 0 }), /^nonce too low: next nonce 1, tx nonce 0$/],
    ["a nonce far ahead", () => signed({ nonce: 1_000_000 }), /^nonce too high/],
    [
      "no funds",
      () => signed({ nonce: 0, value: parseEther("5") }, POOR_KEY),
      /^insufficient funds for gas \* price \+ value/,
    ],
    [
      "a fee cap below the base fee",
      () => signed({ maxFeePerGas: 1n, maxPriorityFeePerGas: 0n }),
      /^max fee per gas less than block base fee/,
    ],
    ["too little gas", () => signed({ gasLimit: 20_000n }), /^intrinsic gas too low/],
    [
      "more gas than a block",
      () => signed({ gasLimit: 30_000_001n }),
      /^exceeds block gas limit|transaction gas limit too high/,
    ],
    [
      "more gas than EIP-7825 allows",
      () => signed({ gasLimit: 2n ** 24n + 1n }),
      /^transaction gas limit too high/,
    ],
    [
      "a blob transaction",
      () => signed({ type: 3, maxFeePerBlobGas: 1n, blobVersionedHashes: [`0x01${"00".repeat(31)}`] }),
      /^transaction type not supported/,
    ],
    ["an unknown type", () => "0x05c0", /^transaction type not supported$/],
    ["an unknown type with any payload", () => "0x7fdeadbeef", /^transaction type not supported$/],
    ["nothing", () => "0x", /^typed transaction too short$/],
    ["garbage", () => "0xdeadbeef", /rlp|transaction type not supported|malformed/],
    [
      "a legacy transaction without a chain id",
      () => signed({ type: 0, chainId: 0, gasPrice: GWEI, maxFeePerGas: null, maxPriorityFeePerGas: null }),
      /^only replay-protected \(EIP-155\) transactions allowed over RPC$/,
    ],
  ];
  for (const [name, raw, expected] of cases) {
    it(`refuses ${name} in geth's words`, async () => {
      const [code, message] = await rpc.error("eth_sendRawTransaction", raw());
      assert.equal(code, RPC_CODE.server);
      assert.match(message, expected);
    });
  }

  it("refuses the same transaction twice and goes on", async () => {
    live.autoMine = false;
    const raw = signed({});
    const hash = await rpc.result("eth_sendRawTransaction", raw);
    assert.deepEqual(await rpc.error("eth_sendRawTransaction", raw), [RPC_CODE.server, "already known"]);
    await live.mine();
    assert.equal((await rpc.result<{ status: string }>("eth_getTransactionReceipt", hash)).status, "0x1");
  });
});
