import assert from "node:assert/strict";
import { getCreateAddress } from "ethers";
import { rpc } from "../../support/rpc.js";
import { Sender } from "../support/sender.js";
import { toolChain } from "../support/toolChain.js";

/** EIP-170, EIP-3860 and EIP-7825. */
const CODE_BYTES_MAX = 24_576;
const INIT_CODE_BYTES_MAX = 49_152;
const TRANSACTION_GAS_MAX = 2 ** 24;
const GAS_LIMIT = 7_000_000;

describe("Bounds of a deployment, with geth's words", () => {
  let sender: Sender;

  before(async () => {
    sender = await Sender.open(await toolChain(), "sizes");
  });

  it("takes 24,576 bytes of code and refuses 24,577", async () => {
    const [fits, tooLarge] = [returning(CODE_BYTES_MAX), returning(CODE_BYTES_MAX + 1)];
    const at = getCreateAddress({ from: sender.address, nonce: sender.nonce });
    await sender.send("24,576 bytes", { data: fits }, { gasLimit: GAS_LIMIT });
    await sender.send("24,577 bytes", { data: tooLarge }, { gasLimit: GAS_LIMIT, fails: true });
    const [, refused] = await sender.settle();
    assert.equal((await sender.chain.provider.getCode(at)).length, 2 + 2 * CODE_BYTES_MAX);
    // All gas is gone, as after any exceptional halt.
    assert.equal(refused?.gasUsed, BigInt(GAS_LIMIT));
    for (const method of ["eth_call", "eth_estimateGas"])
      await assert.rejects(ask(method, { from: sender.address, data: tooLarge }), /max code size exceeded/);
  });

  it("takes 49,152 bytes of init code and refuses one more", async () => {
    await sender.send("init code", { data: padded(INIT_CODE_BYTES_MAX) }, { gasLimit: GAS_LIMIT });
    await sender.settle();
    const { chainId, provider } = sender.chain;
    const raw = await sender.wallet.signTransaction({
      ...{ chainId, nonce: sender.nonce, gasLimit: GAS_LIMIT, data: padded(INIT_CODE_BYTES_MAX + 1) },
      ...{ maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 0n },
    });
    await assert.rejects(
      provider.send("eth_sendRawTransaction", [raw]),
      /max initcode size exceeded: code size 49153,? limit 49152/,
    );
    await assert.rejects(
      ask("eth_call", { from: sender.address, data: padded(INIT_CODE_BYTES_MAX + 1) }),
      /max initcode size exceeded/,
    );
  });

  it("takes 2^24 gas and refuses one more (EIP-7825)", async () => {
    const { chainId, provider } = sender.chain;
    await sender.send("a transfer", { to: sender.address, gasLimit: TRANSACTION_GAS_MAX });
    await sender.settle();
    const raw = await sender.wallet.signTransaction({
      ...{ chainId, nonce: sender.nonce, gasLimit: TRANSACTION_GAS_MAX + 1, to: sender.address },
      ...{ maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 0n },
    });
    await assert.rejects(
      provider.send("eth_sendRawTransaction", [raw]),
      /transaction gas limit too high \(cap: 16777216, tx: 16777217\)/,
    );
  });

  const ask = (method: string, call: object) => rpc(sender.chain.url, method, call, "latest");
});

/** Init code that returns `bytes` zero bytes: PUSH2 bytes, PUSH0, RETURN. */
function returning(bytes: number): string {
  return `0x61${bytes.toString(16).padStart(4, "0")}5ff3`;
}

/** Init code of `bytes` bytes that returns nothing: STOP. */
function padded(bytes: number): string {
  return `0x${"00".repeat(bytes)}`;
}
