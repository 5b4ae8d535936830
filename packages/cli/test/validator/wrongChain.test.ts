import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Genesis } from "@causeway/protocol/genesis";
import { Wallet } from "ethers";
import { connectChain } from "../../src/validator/connectChain.js";
import { submitCall } from "../../src/validator/submitCall.js";

const CHAIN_ID = "0x539";

describe("causeway validator, a node of another chain (X10)", () => {
  let server: Server;
  let url: string;
  let asked: string[];

  beforeEach(async () => {
    asked = [];
    server = createServer(async (request, response) => {
      const body = await request.reduce((text, chunk) => `${text}${chunk}`, "");
      const { id, method } = JSON.parse(body) as { id: number; method: string };
      asked.push(method);
      const result = method === "eth_chainId" ? CHAIN_ID : "0x";
      response.end(JSON.stringify({ jsonrpc: "2.0", id, result }));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it("gets no transaction when it has no ValidatorSet", async () => {
    const account = new Wallet(`0x${"a1".repeat(32)}`);
    await assert.rejects(submitCall(url, account, "vote", [0]), {
      code: "Usage",
      message: `--rpc ${url} serves chain 1337, which has no ValidatorSet at 0x000000000000000000000000000000000000ca01: give a node of the chain that this is for`,
    });
    assert.deepEqual(asked, ["eth_chainId", "eth_getCode"]);
  });

  it("is named beside the configuration whose keys would sign", async () => {
    const genesis = { config: { chainId: 4242 } } as Genesis;
    const node = { genesis, genesisHash: `0x${"11".repeat(32)}`, path: "node/config.json" } as const;
    await assert.rejects(connectChain(url, node), {
      code: "WrongChain",
      message: `--rpc ${url} and --config node/config.json: the node's chain id is 1337, the genesis says 4242 (0x1092)`,
    });
  });
});
