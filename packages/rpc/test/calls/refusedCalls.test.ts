import assert from "node:assert/strict";
import { LiveChain } from "../support/liveChain.js";
import { RpcClient } from "../support/rpcClient.js";

const POOR = `0x${"ab".repeat(20)}`;
/** The same as geth writes it. */
const CHECKSUMMED = "0xABaBaBaBABabABabAbAbABAbABabababaBaBABaB";
const FUNDS = `insufficient funds for gas * price + value: address ${CHECKSUMMED} have 0 want 1`;

describe("a call that cannot begin", () => {
  let live: LiveChain;
  let rpc: RpcClient;
  before(async () => {
    live = await LiveChain.start({ limits: { callGasMax: 60_000n } });
    rpc = new RpcClient(live.url);
  });
  after(() => live.stop());

  it("is refused with the gas it was to have", async () => {
    const call = { from: POOR, to: POOR, value: "0x1" };
    const refusal = async (more: object) => rpc.error("eth_call", { ...call, ...more });
    assert.deepEqual(await refusal({}), [-32000, `err: ${FUNDS} (supplied gas 60000)`]);
    assert.deepEqual(await refusal({ gas: "0x7530" }), [-32000, `err: ${FUNDS} (supplied gas 30000)`]);
    assert.deepEqual(await refusal({ gas: "0x7a120" }), [-32000, `err: ${FUNDS} (supplied gas 60000)`]);
    assert.deepEqual(await refusal({ value: "0x0", gas: "0x1" }), [
      -32000,
      "err: intrinsic gas too low: have 1, want 21000 (supplied gas 1)",
    ]);
  });

  it("is named with its sender's address as geth writes it", async () => {
    const calls = [{ from: POOR, to: POOR, value: "0x1" }];
    const [code, message] = await rpc.error("eth_simulateV1", { blockStateCalls: [{ calls }] });
    assert.equal(code, -38014);
    assert.match(message, new RegExp(`insufficient funds .*: address ${CHECKSUMMED} have 0 want 1`));
    const moved = { [POOR]: { movePrecompileToAddress: `0x${"00".repeat(20)}` } };
    assert.deepEqual(await rpc.error("eth_call", {}, "latest", moved), [
      -32000,
      `account ${CHECKSUMMED} is not a precompile`,
    ]);
  });
});
