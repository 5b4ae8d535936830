import { type RpcServer, type RpcServerOptions, startRpcServer } from "../../src/server/rpcServer.js";
import { FakeChain } from "./fakeChain.js";
import { FakeStatus } from "./fakeStatus.js";
import { RpcClient } from "./rpcClient.js";
import { SILENT_LOG } from "./silentLog.js";

/** A server over a chain in memory, and a client of it. */
export class RpcFixture extends RpcClient {
  private constructor(
    readonly chain: FakeChain,
    readonly status: FakeStatus,
    readonly server: RpcServer,
  ) {
    super(server.url);
  }

  static async start(options: Partial<RpcServerOptions> = {}): Promise<RpcFixture> {
    const chain = new FakeChain();
    const status = new FakeStatus();
    const server = await startRpcServer({
      host: "127.0.0.1",
      port: 0,
      reader: chain.reader,
      pool: chain.pool,
      status,
      log: SILENT_LOG,
      ...options,
    });
    return new RpcFixture(chain, status, server);
  }
}
