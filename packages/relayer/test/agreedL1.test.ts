import assert from "node:assert/strict";
import type { BridgeError } from "@causeway/bridge/bridgeError";
import { httpRpc } from "@causeway/bridge/rpc/httpRpc";
import type { RpcReader } from "@causeway/bridge/rpc/rpcReader";
import { readHeader } from "@causeway/bridge/sidechain/readHeader";
import { AgreedL1 } from "../src/agreedL1.js";
import type { StepError } from "../src/severity.js";
import { type Anvil, startAnvil } from "./rig/anvil.js";
import { until } from "./rig/until.js";

describe("AgreedL1", () => {
  let chains: Anvil[];
  let here: RpcReader;
  let elsewhere: RpcReader;

  before(async () => {
    chains = await Promise.all([startAnvil(31_337), startAnvil(31_337)]);
    [here, elsewhere] = chains.map(({ url }) => httpRpc(url)) as [RpcReader, RpcReader];
    for (const reader of [here, elsewhere]) {
      await until("a final block", async () => (await readHeader(reader, "finalized")).number > 2);
    }
  });

  after(() => Promise.all(chains.map((chain) => chain.stop())));

  it("takes a block that all nodes show", async () => {
    const agreed = await new AgreedL1([here, here]).header(2);
    assert.deepEqual(agreed, await readHeader(here, 2));
  });

  it("is critical when two nodes show different blocks at one height (B7)", async () => {
    // Two anvils started together mine the same blocks until something differs.
    await elsewhere.send("anvil_setCoinbase", [`0x${"99".repeat(20)}`]);
    const number = (await readHeader(elsewhere, "latest")).number + 2;
    for (const reader of [here, elsewhere]) {
      await until("the block", async () => (await readHeader(reader, "latest")).number > number);
    }
    const contradiction = new AgreedL1([here, elsewhere]).header(number);
    await assert.rejects(
      contradiction,
      (error: StepError) => error.severity === "critical" && error.alarm === "L1Contradiction",
    );
  });

  it("waits for a node that is behind, and takes the lowest final number (F4)", async () => {
    const behind: RpcReader = {
      send: (method, [tag, ...rest]) =>
        tag === "finalized" ? here.send(method, ["0x1", ...rest]) : Promise.resolve(null),
    };
    const l1 = new AgreedL1([here, behind]);
    assert.equal(await l1.finalizedNumber(), 1);
    await assert.rejects(l1.header(2), (error: BridgeError) => error.code === "BlockUnknown");
  });

  it("waits for a node that does not answer", async () => {
    const down = httpRpc("http://127.0.0.1:9");
    const waiting = new AgreedL1([here, down]).finalizedNumber();
    await assert.rejects(waiting, (error: BridgeError) => error.code === "RpcUnreachable");
  });
});
