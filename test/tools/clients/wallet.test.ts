import assert from "node:assert/strict";
import { waitFor } from "@causeway/devnet/waitFor";
import { Interface, parseEther, toQuantity, type Wallet } from "ethers";
import { rpcAnswer } from "../../support/rpc.js";
import { compiledContract } from "../support/compileSolidity.js";
import { NOBODY, toolWallet } from "../support/toolAccounts.js";
import { type ToolChain, toolChain } from "../support/toolChain.js";

const RECEIPT_TIMEOUT_MS = 180_000;
const SPEED_UP_PERCENT = 110n;

interface Receipt {
  readonly status: string;
  readonly transactionHash: string;
  readonly contractAddress: string | null;
}

/** The calls a browser wallet makes, in its order, through one EIP-1193 `request`. */
describe("A wallet in the browser", () => {
  const wallet: Wallet = toolWallet("wallet");
  let chain: ToolChain;

  const request = async <T>({
    method,
    params = [],
  }: {
    method: string;
    params?: readonly unknown[];
  }): Promise<T> => {
    const { result, error } = await rpcAnswer(chain.url, { jsonrpc: "2.0", id: 1, method, params });
    if (error !== undefined) throw error;
    return result as T;
  };
  const nonce = async () =>
    Number(await request<string>({ method: "eth_getTransactionCount", params: [wallet.address, "pending"] }));
  const send = async (fields: object): Promise<string> =>
    request({
      method: "eth_sendRawTransaction",
      params: [
        await wallet.signTransaction({ type: 2, chainId: chain.chainId, gasLimit: 21_000, ...fields }),
      ],
    });
  const receiptOf = (hash: string) =>
    waitFor(
      `the receipt of ${hash}`,
      () => request<Receipt | null>({ method: "eth_getTransactionReceipt", params: [hash] }),
      {
        timeoutMs: RECEIPT_TIMEOUT_MS,
      },
    );

  before(async () => {
    chain = await toolChain();
  });

  it("adds the network: its id answers everywhere, and it has fees of EIP-1559", async () => {
    assert.equal(await request({ method: "eth_chainId" }), toQuantity(chain.chainId));
    assert.equal(await request({ method: "net_version" }), String(chain.chainId));
    const block = await request<{ baseFeePerGas: string }>({
      method: "eth_getBlockByNumber",
      params: ["latest", false],
    });
    assert.ok(BigInt(block.baseFeePerGas) > 0n);
    assert.ok(BigInt(await request<string>({ method: "eth_blockNumber" })) > 0n);
    assert.deepEqual(await request({ method: "eth_accounts" }), []);
  });

  it("imports an account and a token", async () => {
    const balance = BigInt(
      await request<string>({ method: "eth_getBalance", params: [wallet.address, "latest"] }),
    );
    assert.ok(balance > parseEther("100"));
    assert.equal(await request({ method: "eth_getCode", params: [wallet.address, "latest"] }), "0x");
    const token = compiledContract("VotesToken");
    const supply = "64".padStart(64, "0");
    const hash = await send({
      ...{ nonce: await nonce(), data: `${token.bytecode}${supply}`, gasLimit: 3_000_000 },
      ...{ maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 1n },
    });
    const to = (await receiptOf(hash)).contractAddress;
    const abi = new Interface(token.abi);
    const call = async (name: string, args: readonly unknown[] = []) => {
      const data = await request<string>({
        method: "eth_call",
        params: [{ to, data: abi.encodeFunctionData(name, args) }, "latest"],
      });
      return abi.decodeFunctionResult(name, data)[0];
    };
    assert.deepEqual(
      [await call("symbol"), await call("decimals"), await call("balanceOf", [wallet.address])],
      ["VOTE", 18n, 100n],
    );
  });

  it("sends with fees from the history, and follows the transaction to its receipt", async () => {
    const history = await request<{ baseFeePerGas: string[]; reward: string[][] }>({
      method: "eth_feeHistory",
      params: ["0x5", "latest", [10, 20, 30]],
    });
    assert.deepEqual(
      [history.baseFeePerGas.length, history.reward.map((row) => row.length)],
      [6, [3, 3, 3, 3, 3]],
    );
    const gas = await request<string>({
      method: "eth_estimateGas",
      params: [{ from: wallet.address, to: NOBODY, value: "0x1" }],
    });
    assert.equal(gas, "0x5208");
    const maxFeePerGas = 2n * BigInt(history.baseFeePerGas.at(-1) ?? 0) + 1_000n;
    const used = await nonce();
    const hash = await send({
      nonce: used,
      to: NOBODY,
      value: 1n,
      maxFeePerGas,
      maxPriorityFeePerGas: 1_000n,
    });
    assert.equal(await nonce(), used + 1);
    assert.equal((await receiptOf(hash)).status, "0x1");
    const mined = await request<{ blockNumber: string; from: string }>({
      method: "eth_getTransactionByHash",
      params: [hash],
    });
    assert.equal(mined.from, wallet.address.toLowerCase());
    assert.ok(BigInt(mined.blockNumber) > 0n);
  });

  it("speeds up a transaction that waits", async () => {
    const first = await nonce();
    const waiting = { nonce: first + 1, to: NOBODY, value: 2n, ...(await market()) };
    const slow = await send(waiting);
    const shown = await request<{ blockNumber: null }>({
      method: "eth_getTransactionByHash",
      params: [slow],
    });
    assert.equal(shown.blockNumber, null);
    const fast = await send({ ...waiting, ...raised(waiting) });
    await send({ ...waiting, nonce: first });
    assert.equal((await receiptOf(fast)).status, "0x1");
    assert.equal(await request({ method: "eth_getTransactionByHash", params: [slow] }), null);
    assert.equal(await request({ method: "eth_getTransactionReceipt", params: [slow] }), null);
  });

  it("cancels one by sending nothing to itself with the same nonce", async () => {
    const first = await nonce();
    const waiting = { nonce: first + 1, to: NOBODY, value: parseEther("1"), ...(await market()) };
    const balance = () => request<string>({ method: "eth_getBalance", params: [NOBODY, "latest"] });
    await send(waiting);
    const before = BigInt(await balance());
    const cancel = await send({ ...waiting, to: wallet.address, value: 0n, ...raised(waiting) });
    await send({ ...waiting, nonce: first, value: 1n });
    assert.equal((await receiptOf(cancel)).status, "0x1");
    assert.equal(BigInt(await balance()), before + 1n);
  });

  it("tells its user what is wrong, by code", async () => {
    const code = async (method: string, ...params: readonly unknown[]) =>
      request({ method, params }).then(
        () => assert.fail("should have failed"),
        (error: { code: number; message: string }) => error,
      );
    const poor = { from: NOBODY, to: wallet.address, value: toQuantity(parseEther("900000")) };
    assert.match((await code("eth_estimateGas", poor)).message, /insufficient funds/);
    const unknown = await code("wallet_addEthereumChain", {});
    assert.equal(unknown.code, -32601);
    assert.match(unknown.message, /the method .* does not exist/i);
  });

  async function market(): Promise<Fees> {
    const price = 2n * BigInt(await request<string>({ method: "eth_gasPrice" })) + 1_000n;
    return { maxFeePerGas: price, maxPriorityFeePerGas: 1_000n };
  }
});

interface Fees {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** What a replacement pays at least: a tenth more of each. */
function raised(fees: Fees): Fees {
  const more = (fee: bigint) => (fee * SPEED_UP_PERCENT + 99n) / 100n;
  return { maxFeePerGas: more(fees.maxFeePerGas), maxPriorityFeePerGas: more(fees.maxPriorityFeePerGas) };
}
