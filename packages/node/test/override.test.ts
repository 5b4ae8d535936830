import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createNetwork } from "@causeway/network/createNetwork";
import type { Address, Hash } from "@causeway/protocol/hex";
import { type ValidatorSet, validatorSetHash } from "@causeway/protocol/validatorSet";
import { nodePaths } from "../src/config/nodePaths.js";
import { createSafetyRecord } from "../src/record/createSafetyRecord.js";
import { KeyRing } from "../src/signer/keyRing.js";
import { setOf } from "./support/certify.js";
import { testKey } from "./support/testKeys.js";
import { TestNetwork, type TestNode } from "./support/testNetwork.js";
import { waitFor } from "./support/waitFor.js";

/** The height that all prepare and nobody decides. */
const STUCK = 3;
const FIFTH = new KeyRing([testKey(4)]);

describe("an override of a height that the old set had prepared (V6, W3)", () => {
  let network: TestNetwork;
  let parentHash: Hash;
  /** While set, no COMMIT for the stuck height arrives anywhere. */
  let withholds = true;
  const committed = new Set<Address>();
  /** Of this life of the nodes: who met whom, and the kinds of votes for the stuck height that arrived anywhere. */
  let connections = 0;
  const heard = new Set<string>();

  const withholding: typeof createNetwork = (options, handlers) =>
    createNetwork(options, {
      ...handlers,
      onPeerConnected: (peer) => {
        connections++;
        handlers.onPeerConnected(peer);
      },
      onConsensusMessage: (peer, message) => {
        const isStuck = message.payload.height === STUCK;
        if (isStuck) heard.add(message.kind);
        const isWithheld = withholds && message.kind === "commit" && isStuck;
        if (isWithheld) committed.add(message.author);
        else handlers.onConsensusMessage(peer, message);
      },
    });

  before(async () => {
    network = await TestNetwork.create({
      validators: 4,
      ports: () => ({ createNetwork: withholding }),
    });
    await network.startAll();
    await waitFor("all four to commit", () => committed.size === 4);
    assert.equal(node(0).chain.execution.head().height, STUCK - 1);
    ({ hash: parentHash } = (await node(0).chain.reader.header(STUCK - 1)) ?? assert.fail());
    await stopAll();
  });
  after(() => network.destroy());

  const node = (index: number) => network.nodes.get(index) as TestNode;
  const stopAll = async () => {
    for (const index of [0, 1, 2, 3]) await network.stop(index);
  };

  it("by the same set voids no COMMIT: who signed one is told so, and leaves the height to others", async () => {
    overrideGenesis(setOf(network.keys));
    heard.clear();
    connections = 0;
    await network.startAll();
    await waitFor("all four to meet", () => connections >= 12);
    for (const index of [0, 1, 2, 3]) {
      const [told] = node(index).log.lines.filter(({ fields }) => "rule" in fields && fields.rule === "V6");
      assert.match(told?.message ?? "", /^not signing at the height of the override/);
    }
    await stopAll();
    assert.deepEqual([...heard], []);
  });

  it("is decided by the new set, three of whom had committed to a block of the old one", async () => {
    const kept = network.keys.slice(0, 3).flatMap(({ addresses }) => addresses);
    const validators = [...kept, ...FIFTH.addresses].sort();
    overrideGenesis(validators);
    createSafetyRecord(
      nodePaths(network.dataDir(3)).safety,
      FIFTH.addresses[0] as Address,
      network.genesisHash,
    );
    withholds = false;
    for (const index of [0, 1, 2]) await network.start(index);
    await network.start(3, { openKeys: async () => FIFTH });
    for (const index of [0, 1, 2, 3]) {
      await waitFor(`node ${index} to go on`, () => node(index).chain.execution.head().height >= STUCK + 2);
    }
    const sealed = (await node(3).chain.reader.header(STUCK)) ?? assert.fail();
    assert.equal(sealed.extraData, validatorSetHash(validators));
    assert.equal(sealed.parentHash, parentHash);
    for (const index of [0, 1, 2, 3]) assert.equal(node(index).running.halted(), null);
  });

  function overrideGenesis(validators: ValidatorSet): void {
    const path = join(network.directory, "genesis.json");
    const genesis = JSON.parse(readFileSync(path, "utf8")) as { config: { causeway: { override: unknown } } };
    genesis.config.causeway.override = { height: STUCK, parentHash, validators };
    writeFileSync(path, JSON.stringify(genesis));
  }
});
