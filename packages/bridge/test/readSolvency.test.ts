import assert from "node:assert/strict";
import type { Address } from "@causeway/protocol/hex";
import { MINT_BALANCE_WEI, PREDEPLOYS } from "@causeway/protocol/predeploys";
import { ETH_TOKEN } from "@causeway/protocol/transferData";
import { AbiCoder, type Interface } from "ethers";
import { readSolvency } from "../src/audit/readSolvency.js";
import type { BridgeSides } from "../src/bridgeSides.js";
import { BRIDGED_ERC20, MINT, VAULT } from "../src/contractInterfaces.js";
import { bridgedToken } from "../src/deployment/bridgedToken.js";
import { quantity, type RpcReader } from "../src/rpc/rpcReader.js";
import { startTestL1, type TestL1 } from "./testL1.js";

const L1_CHAIN_ID = 31_337;
const VAULT_ADDRESS: Address = `0x${"fa".repeat(20)}`;
const TOKEN: Address = `0x${"aa".repeat(20)}`;
/** Wei of the genesis `alloc` outside Mint. */
const BACKING = 1_000n;

/** A bridge with transfers under way in both directions. */
const SOLVENT = {
  ...{ deposited: 100n, released: 30n, owed: 5n, held: 75n },
  ...{ credited: 90n, burned: 40n, circulating: 50n },
};
type Amounts = typeof SOLVENT;

describe("solvency (B15)", () => {
  let chain: TestL1;
  before(async () => {
    chain = await startTestL1();
  });
  after(() => chain?.stop());

  /** Both sides, with headers of a real chain and the contracts' numbers from the test. */
  function sides(amounts: Amounts, deployed = true): BridgeSides {
    const bridged = bridgedToken(L1_CHAIN_ID, TOKEN);
    const uint = (contract: Interface, data: string, values: Readonly<Record<string, bigint>>) => {
      const { name = "" } = contract.parseTransaction({ data }) ?? {};
      return AbiCoder.defaultAbiCoder().encode(
        ["uint256"],
        [values[name] ?? assert.fail(`asked for ${name}`)],
      );
    };
    const reader = (
      contracts: ReadonlyMap<Address, readonly [Interface, Readonly<Record<string, bigint>>]>,
      balances: Readonly<Record<Address, bigint>>,
    ): RpcReader => ({
      async send(method, params) {
        if (method === "eth_getBalance") return quantity(balances[params[0] as Address] ?? assert.fail());
        if (method === "eth_getCode") return contracts.has(params[0] as Address) ? "0x60" : "0x";
        if (method !== "eth_call") return chain.reader.send(method, params);
        const { to, data } = params[0] as { to: Address; data: string };
        const [contract, values] = contracts.get(to) ?? assert.fail(`no contract at ${to}`);
        return uint(contract, data, values);
      },
    });
    const { deposited, released, owed, held, credited, burned, circulating } = amounts;
    const l1 = reader(
      new Map([
        [VAULT_ADDRESS, [VAULT, { deposited, released, owedTotal: owed }]],
        [TOKEN, [BRIDGED_ERC20, { balanceOf: held }]],
      ]),
      { [VAULT_ADDRESS]: held },
    );
    const sidechain = reader(
      new Map([
        [PREDEPLOYS.mint, [MINT, { credited, burned }]],
        ...(deployed ? ([[bridged, [BRIDGED_ERC20, { totalSupply: circulating }]]] as const) : []),
      ]),
      { [PREDEPLOYS.mint]: BACKING + MINT_BALANCE_WEI - circulating },
    );
    const bridge = { l1ChainId: L1_CHAIN_ID, vault: VAULT_ADDRESS };
    return { l1, sidechain, bridge } as unknown as BridgeSides;
  }
  const judged = async (changes: Partial<Amounts>, token = TOKEN) => {
    const [solvency] = await readSolvency(sides({ ...SOLVENT, ...changes }), BACKING, [token]);
    return solvency ?? assert.fail();
  };

  for (const [name, token] of [
    ["ETH", ETH_TOKEN],
    ["a token", TOKEN],
  ] as const) {
    it(`of ${name}: what is locked, what circulates, what is on the way`, async () => {
      const { failures, ...amounts } = await judged({}, token);
      assert.deepEqual(amounts, { token, locked: 70n, supply: 50n, pending: 20n, ok: true });
      assert.deepEqual(failures, []);
    });

    const broken: readonly (readonly [string, Partial<Amounts>, string])[] = [
      [
        "more is credited than deposited",
        { credited: 101n, circulating: 61n },
        "credited 101 exceeds deposited 100",
      ],
      ["more is released than burned", { burned: 29n, circulating: 61n }, "released 30 exceeds burned 29"],
      ["more circulates than was credited", { circulating: 51n }, "51 circulate, credited - burned is 50"],
      ["the Vault cannot pay what it owes", { held: 74n }, "Vault holds 74, locked 70 and owed 5"],
    ];
    for (const [what, changes, failure] of broken) {
      it(`of ${name}: ${what}`, async () => {
        const { ok, failures } = await judged(changes, token);
        assert.deepEqual({ ok, failures }, { ok: false, failures: [failure] });
      });
    }
  }

  it("holds where every amount is at its bound", async () => {
    const exact = { deposited: 90n, credited: 90n, released: 40n, burned: 40n, held: 55n };
    for (const token of [ETH_TOKEN, TOKEN]) assert.deepEqual((await judged(exact, token)).failures, []);
  });

  it("less may circulate of ETH, which somebody forced into Mint, not of a token", async () => {
    assert.equal((await judged({ circulating: 49n }, ETH_TOKEN)).ok, true);
    assert.deepEqual((await judged({ circulating: 49n })).failures, [
      "49 circulate, credited - burned is 50",
    ]);
  });

  it("a token that nobody has brought yet has no supply", async () => {
    const none = { ...SOLVENT, credited: 0n, burned: 0n, released: 0n, held: 105n };
    const [solvency] = await readSolvency(sides(none, false), BACKING, [TOKEN]);
    assert.deepEqual([solvency?.supply, solvency?.failures], [0n, []]);
  });

  it("what L1 released while the sidechain was read makes no side look too rich", async () => {
    const before = sides({ ...SOLVENT, released: 0n, burned: 0n, circulating: 90n });
    const after = sides({ ...SOLVENT, released: 30n, burned: 0n, circulating: 90n });
    let headers = 0;
    const l1: RpcReader = {
      async send(method, params) {
        if (method === "eth_getBlockByNumber") headers++;
        return (headers < 2 ? before : after).l1.send(method, params);
      },
    };
    const [solvency] = await readSolvency({ ...before, l1 }, BACKING, [TOKEN]);
    assert.deepEqual(solvency?.failures, []);
  });
});
