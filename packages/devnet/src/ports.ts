import { createServer, type Server } from "node:net";
import { CausewayError } from "@causeway/protocol/errors";

const HOST = "127.0.0.1";

/** Every port of a devnet. Validator i (from 1) has RPC rpc + 10·(i-1), p2p p2p + i - 1, metrics metrics + i - 1. */
export interface DevnetPorts {
  readonly l1: number;
  readonly rpc: readonly number[];
  readonly p2p: readonly number[];
  readonly metrics: readonly number[];
  readonly explorer: number;
  /** Status ports: the carrier first, then the attesters. */
  readonly relayer: readonly number[];
}

/** First ports of each kind, with the flag that moves them. */
export const DEFAULT_PORTS = {
  l1: 8545,
  rpc: 8645,
  p2p: 30401,
  metrics: 9100,
  explorer: 8700,
  relayer: 8800,
} as const;
export type PortBases = { readonly [K in keyof typeof DEFAULT_PORTS]: number };
const FLAGS: { readonly [K in keyof PortBases]: string } = {
  l1: "--l1-port",
  rpc: "--rpc-port",
  p2p: "--p2p-port",
  metrics: "--metrics-port",
  explorer: "--explorer-port",
  relayer: "--relayer-port",
};

export function layOutPorts(bases: PortBases, validators: number, relayers: number): DevnetPorts {
  const sequence = (base: number, count: number, step: number) =>
    Array.from({ length: count }, (_, i) => base + step * i);
  return {
    l1: bases.l1,
    rpc: sequence(bases.rpc, validators, 10),
    p2p: sequence(bases.p2p, validators, 1),
    metrics: sequence(bases.metrics, validators, 1),
    explorer: bases.explorer,
    relayer: sequence(bases.relayer, relayers, 1),
  };
}

const PORT_MAX = 65_535;

/** @throws CausewayError "Usage" naming the flag whose ports would go beyond the last there is. */
export function requirePorts(ports: DevnetPorts): void {
  for (const kind of Object.keys(FLAGS) as (keyof PortBases)[]) {
    const all = [ports[kind]].flat();
    if (all.some((port) => port > PORT_MAX)) {
      throw new CausewayError(
        { code: "Usage" },
        `${FLAGS[kind]} ${all[0]}: its ${all.length} ports would go up to ${Math.max(...all)}, and ${PORT_MAX} is the last; begin lower`,
      );
    }
  }
}

/** Below the ephemeral range of Linux, so that no outgoing connection sits on a port of ours. */
const TEST_PORTS = { from: 11_000, to: 32_000, span: 200 } as const;
const ATTEMPTS_MAX = 50;

/**
 * Bases of a whole devnet on ports nobody listens on, for clusters of tests. They stay this process's until it ends, however
 * it ends: no other that asks here is given them, though the cluster's programs are not started yet, or not all the time.
 */
export async function freePortBases(validators: number, relayers: number): Promise<PortBases> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const slots = (TEST_PORTS.to - TEST_PORTS.from) / TEST_PORTS.span;
    const base = TEST_PORTS.from + Math.floor(Math.random() * slots) * TEST_PORTS.span;
    const claim = await listen(base + TEST_PORTS.span - 1).catch(() => null);
    if (claim === null) continue;
    const bases = {
      l1: base,
      explorer: base + 1,
      relayer: base + 2,
      metrics: base + 30,
      p2p: base + 60,
      rpc: base + 90,
    };
    const free = await requireFreePorts(layOutPorts(bases, validators, relayers)).then(
      () => true,
      () => false,
    );
    if (free) {
      claim.unref();
      return bases;
    }
    await closed(claim);
  }
  throw new Error(`found no ${TEST_PORTS.span} free ports in ${ATTEMPTS_MAX} attempts`);
}

/** On one machine no port serves two. @throws CausewayError "Usage" naming both flags. */
function requireDistinctPorts(ports: DevnetPorts): void {
  const kindOf = new Map<number, keyof PortBases>();
  const named = (kind: keyof PortBases) => `${FLAGS[kind]} (now ${[ports[kind]].flat()[0]})`;
  for (const kind of Object.keys(FLAGS) as (keyof PortBases)[]) {
    for (const port of [ports[kind]].flat()) {
      const other = kindOf.get(port);
      if (other !== undefined)
        throw new CausewayError(
          { code: "Usage" },
          `port ${port} is wanted by both ${named(other)} and ${named(kind)}: move one of them`,
        );
      kindOf.set(port, kind);
    }
  }
}

/**
 * @throws CausewayError "PortTaken" naming the port and the flag that moves it; "Usage" for ports there are not, or that
 * two of the devnet's own would have.
 */
export async function requireFreePorts(ports: DevnetPorts): Promise<void> {
  requirePorts(ports);
  requireDistinctPorts(ports);
  for (const kind of Object.keys(FLAGS) as (keyof PortBases)[]) {
    for (const port of [ports[kind]].flat()) {
      try {
        await closed(await listen(port));
      } catch {
        throw new CausewayError(
          { code: "PortTaken", port, flag: FLAGS[kind] },
          `port ${port} is taken by another program; choose another with ${FLAGS[kind]} (now ${[ports[kind]].flat()[0]})`,
        );
      }
    }
  }
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, HOST, () => resolve(server));
  });
}
