import assert from "node:assert/strict";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createNetwork } from "@causeway/network/createNetwork";
import type { NetworkHandlers, NetworkPort } from "@causeway/network/networkPort";
import type { CertifiedBlock } from "@causeway/protocol/certifiedBlock";
import type { Address } from "@causeway/protocol/hex";
import { nodePaths } from "../src/config/nodePaths.js";
import type { NodePorts } from "../src/nodePorts.js";
import { nodeFileSystem } from "../src/ports/nodeFileSystem.js";
import { systemClock } from "../src/ports/systemPorts.js";
import { recordPath } from "../src/record/safetyRecord.js";
import { fakeBlock } from "./fakes/blocks.js";
import { withCode } from "./fakes/errorCode.js";
import { FakeChain } from "./fakes/fakeChain.js";
import { certify, checkpointOf } from "./support/certify.js";
import { TEST_CHAIN_ID, TestNetwork } from "./support/testNetwork.js";
import { waitFor } from "./support/waitFor.js";

describe("startNode: four nodes on real sockets and disks, with chains that execute nothing", () => {
  let network: TestNetwork;
  let chains: Map<number, FakeChain>;
  let sockets: Map<number, NetworkPort>;
  /** What node i answers to sync requests instead of the truth; it then volunteers nothing either. */
  let lies: Map<number, (blocks: CertifiedBlock[]) => CertifiedBlock[]>;

  beforeEach(async () => {
    chains = new Map();
    sockets = new Map();
    lies = new Map();
    network = await TestNetwork.create({ validators: 4, ports });
    await network.startAll();
  });
  afterEach(() => network.destroy());

  function ports(index: number): Partial<NodePorts> {
    return {
      openChain: async () => {
        const set = network.keys.flatMap(({ addresses }) => [...addresses]);
        const chain = new FakeChain(network.genesisHash, set, chains.get(index)?.finalized);
        chains.set(index, chain);
        return chain;
      },
      createNetwork: (options, handlers) => {
        const lying: NetworkHandlers = {
          ...handlers,
          readBlocks: async (from, count) => {
            const blocks = await handlers.readBlocks(from, count);
            return lies.get(index)?.(blocks) ?? blocks;
          },
        };
        const socket = createNetwork(options, lying);
        const sendDecided = socket.sendDecided.bind(socket);
        socket.sendDecided = (peer, decided) => {
          if (!lies.has(index)) sendDecided(peer, decided);
        };
        sockets.set(index, socket);
        return socket;
      },
    };
  }

  const chain = (index: number) => chains.get(index) as FakeChain;
  const height = (index: number) => chain(index).head().height;
  const reach = (index: number, target: number) =>
    waitFor(`node ${index} at height ${target}`, () => height(index) >= target);
  const address = (index: number) => network.keys[index]?.addresses[0] as Address;

  function sealed(by: number, { certificate }: CertifiedBlock): boolean {
    const index = chain(0).head().validators.indexOf(address(by));
    return ((certificate.signers >> BigInt(index)) & 1n) === 1n;
  }

  it("finalize the same blocks, and close without error", async () => {
    for (const index of [0, 1, 2, 3]) await reach(index, 2);
    const hashes = [0, 1, 2, 3].map((index) => chain(index).finalized[1]?.block.hash);
    assert.equal(new Set(hashes).size, 1);
    for (const index of [0, 1, 2, 3]) await network.stop(index);
  });

  it("a node whose port is taken says which setting to change, and leaves nothing open (X10)", async () => {
    await network.stop(3);
    const port = network.nodes.get(0)?.running.metricsPort ?? 0;
    const listen = [(network.nodes.get(0)?.running.addresses[0] ?? "").replace(/\/p2p\/.*/, "")];
    const p2p = { identityFile: join(network.dataDir(3), "identity.key"), listen };
    for (const [setting, settings] of [
      ["metrics.port", { metrics: { port } }],
      // RFC 5737: nobody's.
      ["metrics.host", { metrics: { host: "192.0.2.1", port } }],
      ["p2p.listen", { p2p }],
    ] as const) {
      await assert.rejects(network.start(3, {}, settings), (error: Error) => {
        assert(withCode("ListenFailed")(error));
        return error.message.includes(`change "${setting}"`) && /[0-9]{4,5}/.test(error.message);
      });
    }
    assert.equal(sockets.get(3)?.addresses.length, 0);
    await network.start(3);
    await reach(3, 1);
  });

  it("a node warns at its start of a gas limit that its rounds are too short for (H4)", () => {
    const lines = (network.nodes.get(0)?.log.lines ?? []).filter(({ level }) => level === "warn");
    assert.ok(
      lines.some(({ fields }) => "gasLimitTarget" in fields),
      JSON.stringify(lines),
    );
  });

  it("a node that lost its record signs nothing before a block certified 2 s after its start, then signs (W5)", async () => {
    await reach(3, 1);
    await network.stop(3);
    const path = recordPath({
      directory: nodePaths(network.dataDir(3)).safety,
      key: address(3),
      genesisHash: network.genesisHash,
    });
    rmSync(path);
    const startedAtSeconds = Date.now() / 1_000;
    await network.start(3);
    const first = await waitFor("a seal of node 3", () =>
      chain(0).finalized.find((decided) => decided.block.timestamp > startedAtSeconds && sealed(3, decided)),
    );
    const parent = chain(0).finalized[first.block.height - 2];
    assert((parent?.block.timestamp ?? 0) > startedAtSeconds + 2);
    assert(existsSync(path));
  });

  it("a node that lost its record and starts with a clock a day behind takes no old block for a new one (W5, C13)", async () => {
    await reach(3, 1);
    await network.stop(3);
    const path = recordPath({
      directory: nodePaths(network.dataDir(3)).safety,
      key: address(3),
      genesisHash: network.genesisHash,
    });
    rmSync(path);
    const atStart = chain(3).head().timestamp;
    let behindMs = 86_400_000;
    await network.start(3, { clock: { ...systemClock, wallMs: () => Date.now() - behindMs } });
    // The block is committed a moment before the record is written.
    assert(!existsSync(path) || chain(3).head().timestamp > atStart + 2);
    behindMs = 0;
    await waitFor("a new record", () => existsSync(path));
    assert(chain(3).head().timestamp > atStart + 2);
  });

  it("a node whose record cannot be written sends nothing more and says why (W6)", async () => {
    await network.stop(3);
    let full = false;
    const { running } = await network.start(3, {
      fileSystem: {
        ...nodeFileSystem,
        openAppend: (path) => {
          const file = nodeFileSystem.openAppend(path);
          return {
            append: (bytes) => {
              if (full) throw new Error("ENOSPC: no space left on device");
              file.append(bytes);
            },
            sync: () => file.sync(),
            close: () => file.close(),
          };
        },
      },
    });
    await reach(3, 1);
    full = true;
    await assert.rejects(running.ended, (error: Error) => {
      assert(withCode("RecordWriteFailed")(error));
      return /ENOSPC.*nothing may be signed/.test(error.message);
    });
    const last = height(0);
    await reach(0, last + 2);
    assert(
      !chain(0)
        .finalized.slice(last + 1)
        .some((decided) => sealed(3, decided)),
    );
  });

  it("a node shown a second certificate for a finalized height stops for good, over restarts (F2)", async () => {
    await reach(3, 2);
    const block = fakeBlock({ height: 1, parentHash: network.genesisHash, salt: 666 });
    const domain = { chainId: TEST_CHAIN_ID, genesisHash: network.genesisHash };
    const certificate = certify(checkpointOf(block, network.keys), domain, network.keys);
    const victim = network.nodes.get(3);
    assert(victim !== undefined);
    await waitFor("the connection", () =>
      sockets
        .get(0)
        ?.peers()
        .some(({ id }) => id === victim.running.peerId),
    );
    sockets.get(0)?.sendDecided(victim.running.peerId, { block, certificate });
    const reason = await waitFor("the safety stop", () => victim.running.halted());
    assert.match(reason, /^F2: height 1/);
    const stoppedAt = height(3);
    await reach(0, height(0) + 2);
    assert(height(3) <= stoppedAt + 1);
    await assert.rejects(network.stop(3), withCode("SafetyStop"));
    const again = await network.start(3);
    assert.match(again.running.halted() ?? "", /^F2.*--resume-after-safety-stop/);
    await reach(0, height(0) + 2);
    assert(height(3) <= stoppedAt + 1);
  });

  it("a peer that serves blocks with q - 1 seals is refused before execution, and the truth found elsewhere (N3)", async () => {
    await network.stop(3);
    await reach(0, 2);
    const withOneSealLess = ({ block, certificate }: CertifiedBlock): CertifiedBlock => {
      const lowest = certificate.signers & -certificate.signers;
      const signers = certificate.signers & ~lowest;
      return { block, certificate: { ...certificate, signers, seals: certificate.seals.slice(1) } };
    };
    for (const index of [0, 1, 2]) lies.set(index, (blocks) => blocks.map(withOneSealLess));
    const node = await network.start(3);
    const refused = () =>
      node.log.lines.some(({ fields }) => "rule" in fields && fields.rule === "N3.BelowQuorum");
    await waitFor("the refusal", refused);
    assert.equal(height(3), 0);
    assert.equal(chain(3).executedBlocks, 0);
    lies.clear();
    await network.stop(3);
    await network.start(3);
    await reach(3, 2);
  });
});
