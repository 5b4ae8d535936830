import assert from "node:assert/strict";
import { type Address, ZERO_HASH } from "@causeway/protocol/hex";
import { gasAllowance } from "../../src/calls/gasAllowance.js";
import type { RpcContext } from "../../src/context.js";
import { DEFAULT_LIMITS } from "../../src/limits.js";
import { FakeChain } from "../support/fakeChain.js";

const FROM: Address = `0x${"ab".repeat(20)}`;
const BALANCE = 1_000_000n;

describe("the most gas an estimate may answer", () => {
  const chain = new FakeChain();
  chain.accounts.set(FROM, { balance: BALANCE, nonce: 0n, codeHash: ZERO_HASH, storageHash: ZERO_HASH });
  const allowed = (request: object, balanceOverride?: bigint, callGasMax = DEFAULT_LIMITS.callGasMax) => {
    const context = { reader: chain.reader, limits: { ...DEFAULT_LIMITS, callGasMax } } as RpcContext;
    return gasAllowance(context, { from: FROM, ...request }, 0, balanceOverride);
  };

  it("is what the request names, the block and EIP-7825 allow, and this server", async () => {
    assert.equal(await allowed({}), 2n ** 24n);
    assert.equal(await allowed({ gas: 50_000n }), 50_000n);
    assert.equal(await allowed({ gas: 2n ** 25n }), 2n ** 24n);
    assert.equal(await allowed({}, undefined, 1_000_000n), 1_000_000n);
  });

  it("takes no notice of a request for less than any transaction needs", async () => {
    assert.equal(await allowed({ gas: 20_999n }), 2n ** 24n);
    assert.equal(await allowed({ gas: 21_000n }), 21_000n);
  });

  it("is no more than the sender can pay beside the value", async () => {
    assert.equal(await allowed({ gasPrice: 10n }), BALANCE / 10n);
    assert.equal(await allowed({ maxFeePerGas: 10n, value: 400_000n }), 60_000n);
    assert.equal(await allowed({ gasPrice: 10n, value: BALANCE - 1n }), 0n);
    await assert.rejects(allowed({ gasPrice: 1n, value: BALANCE }), /insufficient funds for transfer/);
    assert.equal(await allowed({ gasPrice: 10n }, 500_000n), 50_000n);
  });
});
