import assert from "node:assert/strict";
import fc from "fast-check";
import { RPC_CODE } from "../../src/rpcError.js";
import { LiveChain } from "../support/liveChain.js";
import { RpcClient } from "../support/rpcClient.js";

const RUNS = 250;
/** H5: whatever is asked, our own engine must not be what fails. */
const ENGINE_FAULT = /the engine failed/;
/** An account with funds in every call, so that many get as far as the EVM. */
const RICH = `0x1234${"00".repeat(18)}`;

const bytes = (min: number, max = min) =>
  fc.uint8Array({ minLength: min, maxLength: max }).map((b) => `0x${Buffer.from(b).toString("hex")}`);
const quantity = (max: bigint) => fc.bigInt({ min: 0n, max }).map((n) => `0x${n.toString(16)}`);
const word = bytes(32);
/** Nobody, a precompile, a predeploy or a system contract. */
const address = fc.oneof(
  fc.constant(RICH),
  bytes(20),
  fc.integer({ min: 1, max: 0x11 }).map((n) => `0x${n.toString(16).padStart(40, "0")}`),
  fc.constantFrom(`0x${"ca01".padStart(40, "0")}`, "0x0000f90827f1c53a10cb7a02335b175320002935"),
);
const data = bytes(0, 300);

const request = fc.record(
  {
    from: address,
    to: fc.option(address),
    gas: fc.oneof(quantity(2n ** 64n - 1n), quantity(2n ** 22n)),
    value: fc.oneof(quantity(100n), quantity(2n ** 256n - 1n)),
    data,
    nonce: quantity(2n ** 64n - 1n),
    accessList: fc.array(fc.record({ address, storageKeys: fc.array(word, { maxLength: 2 }) }), {
      maxLength: 2,
    }),
    authorizationList: fc.array(
      fc.record({
        chainId: quantity(1n),
        address,
        nonce: quantity(1n),
        yParity: quantity(1n),
        r: word.map(trimmed),
        s: word.map(trimmed),
      }),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: [] },
);

const stateOverride = fc
  .dictionary(
    address,
    fc.record(
      {
        balance: quantity(2n ** 256n - 1n),
        nonce: quantity(2n ** 64n - 1n),
        code: data,
        stateDiff: fc.dictionary(word, word, { maxKeys: 2 }),
      },
      { requiredKeys: [] },
    ),
    { maxKeys: 3 },
  )
  .map((accounts) => ({ ...accounts, [RICH]: { balance: "0xffffffffffff" } }));

const blockOverride = fc.record(
  {
    number: quantity(2n ** 53n - 1n),
    time: quantity(2n ** 53n - 1n),
    gasLimit: quantity(2n ** 64n - 1n),
    feeRecipient: address,
    prevRandao: word,
    baseFeePerGas: quantity(2n ** 256n - 1n),
  },
  { requiredKeys: [] },
);

const rarely = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });

/** Half of them get as far as the EVM. */
const simulatedCall = fc
  .tuple(request, fc.boolean(), rarely(quantity(2n ** 65n)), quantity(2n ** 20n))
  .map(([call, rich, maxFeePerGas, gas]) => ({
    ...call,
    ...(rich ? { from: RICH, value: "0x7", gas, authorizationList: null } : {}),
    maxFeePerGas,
  }));

/** eth_simulateV1's own numbers (execution-apis). */
const SIMULATION_CODES = { first: -38_010, last: -38_026 };

const simulation = fc.record(
  {
    blockStateCalls: fc.array(
      fc.record(
        {
          blockOverrides: fc.record(
            {
              number: rarely(quantity(6n)),
              time: rarely(quantity(2n ** 33n)),
              gasLimit: rarely(quantity(2n ** 32n)),
              feeRecipient: address,
              prevRandao: word,
              baseFeePerGas: quantity(2n ** 64n),
              blobBaseFee: quantity(2n ** 64n),
              beaconRoot: word,
              withdrawals: fc.array(
                fc.record({
                  ...{ index: quantity(9n), validatorIndex: quantity(9n) },
                  ...{ address, amount: quantity(2n ** 64n - 1n) },
                }),
                { maxLength: 2 },
              ),
            },
            { requiredKeys: [] },
          ),
          stateOverrides: fc.tuple(stateOverride, fc.option(address)).map(([accounts, target]) => ({
            ...accounts,
            ...(target === null
              ? {}
              : { [`0x${"02".padStart(40, "0")}`]: { movePrecompileToAddress: target } }),
          })),
          calls: fc.array(simulatedCall, { maxLength: 4 }),
        },
        { requiredKeys: [] },
      ),
      { minLength: 1, maxLength: 3 },
    ),
    validation: fc.boolean(),
    traceTransfers: fc.boolean(),
    returnFullTransactions: fc.boolean(),
  },
  { requiredKeys: ["blockStateCalls"] },
);

/** A word as a quantity: without leading zeros. */
function trimmed(hex: string): string {
  return `0x${BigInt(hex).toString(16)}`;
}

describe("random calls on the real engine", () => {
  let live: LiveChain;
  const warnings: string[] = [];
  before(async () => {
    const log = {
      debug: () => {},
      info: () => {},
      warn: (fields: object) => warnings.push(JSON.stringify(fields)),
    };
    live = await LiveChain.start({ log, limits: { callGasMax: 2_000_000n } });
  });
  after(() => live.stop());

  const expected: readonly number[] = [RPC_CODE.server, RPC_CODE.revert];

  for (const method of ["eth_call", "eth_estimateGas", "eth_createAccessList"]) {
    it(`${method} answers a result or an error of the EVM, and the node goes on`, async () => {
      const rpc = new RpcClient(live.url);
      const params = fc.tuple(
        request,
        fc.constantFrom("latest", "0x0"),
        stateOverride,
        fc.option(blockOverride),
      );
      await fc.assert(
        fc.asyncProperty(params, async (given) => {
          const { error } = await rpc.answer(method, ...given);
          assert.ok(error === undefined || expected.includes(error.code), error?.message);
          assert.doesNotMatch(error?.message ?? "", ENGINE_FAULT);
        }),
        { numRuns: RUNS },
      );
      assert.deepEqual(warnings, []);
      const { height } = await live.mine();
      assert.equal(await rpc.result("eth_blockNumber"), `0x${height.toString(16)}`);
    });
  }

  it("eth_simulateV1 answers blocks or an error of its own, and the node goes on", async () => {
    const rpc = new RpcClient(live.url);
    await fc.assert(
      fc.asyncProperty(simulation, async (payload) => {
        const { result, error } = await rpc.answer("eth_simulateV1", payload);
        const { first, last } = SIMULATION_CODES;
        assert.ok(
          error === undefined ||
            [RPC_CODE.server, RPC_CODE.invalidParams, RPC_CODE.internal].some(
              (code) => code === error.code,
            ) ||
            (error.code <= first && error.code >= last),
          error?.message,
        );
        assert.doesNotMatch(error?.message ?? "", ENGINE_FAULT);
        assert.notEqual(error?.message, "internal error");
        if (error === undefined) assert.ok((result as unknown[]).length >= payload.blockStateCalls.length);
      }),
      { numRuns: RUNS },
    );
    assert.deepEqual(warnings, []);
    const { height } = await live.mine();
    assert.equal(await rpc.result("eth_blockNumber"), `0x${height.toString(16)}`);
  });
});
