import { parentPort, workerData } from "node:worker_threads";
import { type OpenedReader, openReader } from "@causeway/chain/reader/openReader";
import { type RpcServer, startRpcServer } from "@causeway/rpc/server/rpcServer";
import { useNativeKeccak } from "../../signer/nativeKeccak.js";
import type { FromServe, ServeSettings, ToServe } from "../serveMessages.js";
import { toThreadError } from "../threadError.js";
import { lowerPriority } from "./lowerPriority.js";
import { RemoteCalls } from "./remoteCalls.js";
import { remoteLog } from "./remoteLog.js";
import { RemotePool } from "./remotePool.js";
import { remoteStatus } from "./remoteStatus.js";
import { ServeMetrics } from "./serveMetrics.js";

// The serve thread: reads the chain by itself, asks the voting thread for pool and status, answers JSON-RPC.
// An error nobody catches ends it, and the voting thread starts another one.

if (parentPort === null) throw new Error("serveWorker runs as a worker thread of a node");
const port = parentPort;
const settings = workerData as ServeSettings;
const post = (message: FromServe) => port.postMessage(message);

const calls = new RemoteCalls(post);
const log = remoteLog(calls);
const pool = new RemotePool(
  calls,
  (wanted) => post({ kind: "listen", wanted }),
  async (height) => opened?.advance(height),
);
const metrics = new ServeMetrics(settings.name);
let opened: OpenedReader | null = null;
let server: RpcServer | null = null;
let closing = false;

port.on("message", (message: ToServe) => {
  void receive(message);
});
lowerPriority(log);
useNativeKeccak();
await start();

async function start(): Promise<void> {
  const { genesis, chainDir, rpc } = settings;
  try {
    opened = await openReader({ genesis, dataDir: chainDir, log });
    const status = remoteStatus(calls, settings);
    const { reader } = opened;
    server = await startRpcServer({ ...rpc, reader, pool, status, log, observe: metrics.observe });
    post({ kind: "started", url: server.url, port: server.port });
  } catch (error) {
    post({ kind: "failed", error: toThreadError(error) });
    closing = true;
  }
  // Told to while it started: there may be more to close now.
  if (closing) await close();
}

async function receive(message: ToServe): Promise<void> {
  switch (message.kind) {
    case "head":
      post({ kind: "taken", feed: "head" });
      return opened?.advance(message.number);
    case "transactions":
      await pool.pooled(message.packed);
      return post({ kind: "taken", feed: "transactions" });
    case "answer":
      return calls.answered(message);
    case "ping":
      return post({ kind: "pong" });
    case "metrics":
      return post({ kind: "metrics", text: await metrics.text() });
    case "close":
      return close();
  }
}

/** What serves before what it reads from. The thread ends when nothing is left open. */
async function close(): Promise<void> {
  closing = true;
  await server?.close();
  await opened?.close();
  metrics.close();
  port.close();
}
