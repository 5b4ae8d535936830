import assert from "node:assert/strict";
import * as SidechainView from "@causeway/contracts/SidechainView";
import type { Cluster } from "@causeway/devnet/cluster";
import { devAccount } from "@causeway/devnet/devnetAccounts";
import { assembleCertificate } from "@causeway/protocol/certificate";
import { type Checkpoint, checkpointDigest } from "@causeway/protocol/checkpoint";
import type { SigningDomain } from "@causeway/protocol/eip712";
import { type Address, type Signature, ZERO_HASH } from "@causeway/protocol/hex";
import {
  Contract,
  concat,
  Interface,
  JsonRpcProvider,
  NonceManager,
  SigningKey,
  toBeHex,
  Wallet,
} from "ethers";
import { type CertifiedSet, signingDomain, verifiedCertificate } from "../support/certificate.js";
import { consensusKeys } from "../support/consensusKeys.js";
import { removeCluster, startBridged } from "../support/testCluster.js";

/** Given rather than asked for: there is no estimate of what reverts. */
const GAS_LIMIT = 1_000_000;
const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** Seals of real blocks against the contract on a real L1, without a relayer that would move its head meanwhile. */
describe("SidechainView and the certificates of a running chain (B5, X2)", () => {
  let cluster: Cluster;
  let l1: JsonRpcProvider;
  let view: Contract;
  let domain: SigningDomain;
  let keys: ReadonlyMap<Address, SigningKey>;
  let certified: CertifiedSet;

  before(async () => {
    cluster = await startBridged({ attesters: 3, carriers: 1, initArgs: ["--empty-block-period", "1"] });
    const { bridge } = (await cluster.genesis()).config.causeway;
    assert.ok(bridge);
    l1 = new JsonRpcProvider(cluster.l1Url, bridge.l1ChainId, { staticNetwork: true, batchMaxCount: 1 });
    view = new Contract(
      bridge.view,
      SidechainView.abi,
      new NonceManager(new Wallet(devAccount(1).privateKey, l1)),
    );
    domain = await signingDomain(cluster);
    keys = await consensusKeys(cluster);
    const height = await cluster.waitForHeight(1, 5);
    certified = await verifiedCertificate(cluster, 1, height);
  });
  after(async () => {
    l1?.destroy();
    await removeCluster(cluster);
  });

  const seal = (checkpoint: Checkpoint, key: SigningKey): Signature =>
    key.sign(checkpointDigest(domain, checkpoint)).serialized as Signature;

  /** A certificate of the first `count` validators over any checkpoint. */
  function certify(checkpoint: Checkpoint, count = 3): CertifiedSet {
    const signers = certified.validators.slice(0, count);
    const seals = new Map(
      signers.map((address) => [address, seal(checkpoint, keys.get(address) as SigningKey)]),
    );
    return {
      ...assembleCertificate(checkpoint, seals, certified.validators),
      validators: certified.validators,
    };
  }

  const args = (c: CertifiedSet) => [c.checkpoint, c.validators, [], c.signers, concat([...c.seals])];

  async function refused(name: string, expected: readonly unknown[], callArgs: unknown[]): Promise<void> {
    await assert.rejects(
      view.getFunction("submitCheckpoint").staticCall(...callArgs),
      (error: { data?: string }) => {
        const parsed = new Interface(SidechainView.abi).parseError(error.data ?? "0x");
        assert.equal(parsed?.name, name);
        if (expected.length > 0)
          assert.deepEqual([...(parsed?.args ?? [])].slice(0, expected.length), expected);
        return true;
      },
    );
  }

  /** Mined all the same. */
  async function reverts(method: string, callArgs: readonly unknown[]): Promise<void> {
    const sent = await view.getFunction(method)(...callArgs, { gasLimit: GAS_LIMIT });
    await assert.rejects(sent.wait(), { code: "CALL_EXCEPTION" });
  }

  it("BelowQuorum(have, need): two of four seals", () =>
    refused("BelowQuorum", [2n, 3n], args(certify(certified.checkpoint, 2))));

  it("SealMismatch(index): one validator's seal twice", () => {
    const twice = certify(certified.checkpoint);
    const seals = [twice.seals[0], twice.seals[0], twice.seals[2]] as Signature[];
    return refused("SealMismatch", [1n], args({ ...twice, seals }));
  });

  it("SealMismatch(index): a stranger's seal", () => {
    const foreign = certify(certified.checkpoint);
    const stranger = new SigningKey(devAccount(7).privateKey);
    const seals = [foreign.seals[0], foreign.seals[1], seal(certified.checkpoint, stranger)] as Signature[];
    return refused("SealMismatch", [2n], args({ ...foreign, seals }));
  });

  it("SealMismatch(index): a field changed under a seal", () => {
    const honest = certify(certified.checkpoint);
    return refused(
      "SealMismatch",
      [0n],
      args({ ...honest, checkpoint: { ...honest.checkpoint, stateRoot: honest.checkpoint.blockHash } }),
    );
  });

  it("HighS(index): a seal altered into its twin", () => {
    const honest = certify(certified.checkpoint);
    const twin = highS(honest.seals[1] as Signature);
    return refused(
      "HighS",
      [1n],
      args({ ...honest, seals: [honest.seals[0], twin, honest.seals[2]] as Signature[] }),
    );
  });

  it("WrongSet: a set that is not the current one", () => {
    const honest = certify(certified.checkpoint);
    return refused("WrongSet", [], args({ ...honest, validators: honest.validators.slice(0, 3) }));
  });

  it("ZeroRoot: an empty root", () =>
    refused("ZeroRoot", [], args(certify({ ...certified.checkpoint, stateRoot: ZERO_HASH }))));

  it("InboxFork: an accumulator that is not L1's own", () =>
    refused(
      "InboxFork",
      [],
      args(certify({ ...certified.checkpoint, inboxAcc: certified.checkpoint.blockHash })),
    ));

  it("BadBitmap: a bit beyond the set", () => {
    const honest = certify(certified.checkpoint);
    return refused("BadBitmap", [], args({ ...honest, signers: honest.signers | (1n << 4n) }));
  });

  it("BadLength: a seal too many", () => {
    const honest = certify(certified.checkpoint);
    return refused(
      "BadLength",
      [],
      args({ ...honest, seals: [...honest.seals, honest.seals[0] as Signature] }),
    );
  });

  it("the certificate as the node serves it is accepted", async () => {
    const response = await view.getFunction("submitCheckpoint")(...args(certified));
    await response.wait();
    const head = await view.getFunction("head").staticCall();
    assert.equal(head.height, BigInt(certified.checkpoint.height));
    assert.equal(await view.getFunction("recordsLength").staticCall(), 2n);
  });

  it("StaleHeight: the same block again, and the same block certified in another round, change nothing", async () => {
    await refused("StaleHeight", [BigInt(certified.checkpoint.height)], args(certified));
    const otherRound = certify({ ...certified.checkpoint, round: certified.checkpoint.round + 1 });
    await refused("StaleHeight", [], args(otherRound));
    const conflict = [certified, otherRound].flatMap((c) => [c.checkpoint, c.signers, concat([...c.seals])]);
    await assert.rejects(
      view.getFunction("reportConflict").staticCall(...conflict, certified.validators),
      (error: { data?: string }) =>
        new Interface(SidechainView.abi).parseError(error.data ?? "0x")?.name === "NoConflict",
    );
    await reverts("submitCheckpoint", args(otherRound));
    await reverts("reportConflict", [...conflict, certified.validators]);
    assert.equal(await view.getFunction("recordsLength").staticCall(), 2n);
    assert.equal(await view.getFunction("frozenAt").staticCall(), 0n);
    const before = await cluster.height(1);
    await cluster.waitForHeight(1, before + 1);
  });

  it("TimeNotAfter: a later block that claims no later time", async () => {
    const next = await verifiedCertificate(
      cluster,
      1,
      await cluster.waitForHeight(1, certified.checkpoint.height + 1),
    );
    const { timestamp } = certified.checkpoint;
    await refused("TimeNotAfter", [BigInt(timestamp)], args(certify({ ...next.checkpoint, timestamp })));
  });

  it("two certificates that exclude each other freeze the view for good (F2, B6)", async () => {
    const next = await verifiedCertificate(
      cluster,
      1,
      await cluster.waitForHeight(1, certified.checkpoint.height + 1),
    );
    const other = certify({ ...next.checkpoint, blockHash: next.checkpoint.stateRoot });
    const conflict = [next, other].flatMap((c) => [c.checkpoint, c.signers, concat([...c.seals])]);
    await (await view.getFunction("reportConflict")(...conflict, certified.validators)).wait();
    await refused("Frozen", [], args(next));
  });
});

/** The other valid encoding of a signature: n - s, and the other parity. */
function highS(signature: Signature): Signature {
  const s = BigInt(`0x${signature.slice(66, 130)}`);
  const v = Number.parseInt(signature.slice(130), 16);
  return concat([
    signature.slice(0, 66),
    toBeHex(CURVE_ORDER - s, 32),
    toBeHex(v === 27 ? 28 : 27),
  ]) as Signature;
}
