import assert from "node:assert/strict";
import { createPublicClient, http } from "viem";
import { RpcFixture } from "../support/rpcFixture.js";
import { dynamicFeeTransfer } from "../support/transfers.js";

describe("viem, when its filter is gone", () => {
  it("installs another", async () => {
    let installed = 0;
    let onInstalled = () => {};
    const rpc = await RpcFixture.start({
      limits: { filtersMax: 1 },
      observe: (method) => {
        if (method !== "eth_newFilter") return;
        installed++;
        onInstalled();
      },
    });
    const untilInstalled = (count: number) =>
      new Promise<void>((resolve) => {
        onInstalled = () => {
          if (installed >= count) resolve();
        };
        onInstalled();
      });
    const client = createPublicClient({
      transport: http(rpc.url, { batch: true, retryCount: 0 }),
      pollingInterval: 10,
      cacheTime: 0,
    });
    const errors: string[] = [];
    let stop = () => {};
    const address = new Promise<string | undefined>((resolve) => {
      stop = client.watchEvent({
        onLogs: ([log]) => resolve(log?.address),
        onError: (error) => errors.push(error.message),
      });
    });
    await untilInstalled(1);
    await rpc.result("eth_newBlockFilter");
    await untilInstalled(2);
    await rpc.chain.pool.add(Buffer.from((await dynamicFeeTransfer(0)).slice(2), "hex"));
    rpc.chain.mine([{ address: `0x${"aa".repeat(20)}`, topics: [] }]);
    assert.equal(await address, `0x${"aa".repeat(20)}`);
    assert.match(errors.join("\n"), /filter not found: /);
    stop();
    // The watcher ends once its filter is uninstalled, which this shares a batch with.
    await client.getBlockNumber();
    await rpc.server.close();
  });
});
