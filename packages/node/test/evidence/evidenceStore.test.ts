import assert from "node:assert/strict";
import type { Evidence } from "@causeway/consensus/evidence";
import { EvidenceStore } from "../../src/evidence/evidenceStore.js";
import type { KeyRing } from "../../src/signer/keyRing.js";
import { recover } from "../../src/signer/recover.js";
import { CrashFileSystem } from "../fakes/crashFileSystem.js";
import { silentLog } from "../fakes/silentLog.js";
import { EVIDENCE_KINDS, equivocation } from "../support/equivocation.js";
import { testKeyRings } from "../support/testKeys.js";

const DIRECTORY = "/node/evidence";
const FILE = `${DIRECTORY}/evidence.jsonl`;
const DOMAIN = { chainId: 1, genesisHash: `0x${"9e".repeat(32)}`, overrides: [] } as const;
const RINGS = testKeyRings(4);
const [LIAR] = RINGS as [KeyRing];

const lie = (kind: Evidence["kind"], height = 1, ring = LIAR) => equivocation(kind, ring, DOMAIN, height);

function openStore(fileSystem = new CrashFileSystem()) {
  const stored: Evidence[] = [];
  const errors: { readonly fields: object; readonly message: string }[] = [];
  const log = { ...silentLog, error: (fields: object, message: string) => errors.push({ fields, message }) };
  const store = new EvidenceStore({
    ...{ fileSystem, directory: DIRECTORY, log, domain: DOMAIN, recover },
    own: RINGS[3]?.addresses ?? [],
    onStored: (evidence) => stored.push(evidence),
  });
  return { store, fileSystem, stored, errors };
}

describe("EvidenceStore (F3, C15)", () => {
  for (const kind of EVIDENCE_KINDS) {
    it(`C15: ${kind} is still there after the power failed`, () => {
      const { store, fileSystem } = openStore();
      store.add(lie(kind));
      fileSystem.crash();
      assert.deepEqual(openStore(fileSystem).store.all, [lie(kind)]);
    });
  }

  it("C15: keeps one per (validator, height, kind), over restarts", () => {
    const { store, fileSystem, stored } = openStore();
    const [, other] = RINGS;
    const lies = [
      lie("double-prepare"),
      lie("double-prepare"),
      lie("double-proposal"),
      lie("double-prepare", 2),
      lie("double-prepare", 1, other),
    ];
    for (const evidence of lies) store.add(evidence);
    assert.equal(store.all.length, 4);
    assert.deepEqual(stored, store.all);
    const reopened = openStore(fileSystem);
    for (const evidence of lies) reopened.store.add(evidence);
    assert.deepEqual(reopened.store.all, store.all);
    assert.deepEqual(reopened.stored, []);
  });

  it("is bounded: a thousand lies of one kind hide no lie of another kind or validator", () => {
    const { store } = openStore();
    for (let height = 1; height <= 1_000; height++) store.add(lie("double-prepare", height));
    assert.equal(store.all.length, 16);
    store.add(lie("double-commit", 1_000));
    store.add(lie("double-prepare", 1_000, RINGS[1]));
    assert.equal(store.all.length, 18);
  });

  it("F3: tells the operator who lied and the command that proposes the removal", () => {
    const { store, errors } = openStore();
    store.add(lie("double-commit", 7));
    const [validator] = LIAR.addresses;
    const vote = `causeway validator propose remove ${validator} --keystore operator.json`;
    assert.deepEqual(errors[0]?.fields, { rule: "C15", validator, height: 7, kind: "double-commit", vote });
    assert(errors[0]?.message.endsWith(vote));
  });

  it("tells an operator whose own key signs elsewhere", () => {
    const { store, errors } = openStore();
    store.add(lie("double-prepare", 1, RINGS[3]));
    assert.match(
      errors[0]?.message ?? "",
      /one of this node's own keys, so something else signs with it too/,
    );
  });

  it("passes over a line torn by a crash, and loses nothing that is written after it", () => {
    const { store, fileSystem } = openStore();
    store.add(lie("double-prepare"));
    const bytes = fileSystem.read(FILE) as Uint8Array;
    fileSystem.write(FILE, Buffer.concat([bytes, bytes.subarray(0, 40)]));
    const reopened = openStore(fileSystem);
    assert.deepEqual(reopened.store.all, [lie("double-prepare")]);
    reopened.store.add(lie("double-proposal"));
    assert.deepEqual(openStore(fileSystem).store.all, [lie("double-prepare"), lie("double-proposal")]);
  });

  it("accuses nobody by a file that somebody changed: what is read back has to prove itself", () => {
    const { store, fileSystem } = openStore();
    const innocent = RINGS[1]?.addresses[0] as string;
    store.add(lie("double-prepare"));
    const text = Buffer.from(fileSystem.read(FILE) as Uint8Array).toString();
    const [validator] = LIAR.addresses;
    const same = lie("double-prepare", 9);
    const changed = [
      text.replaceAll(validator as string, innocent),
      text.replaceAll('"height":1', '"height":2'),
      `${JSON.stringify({ ...same, second: same.first })}\n`,
      '{"kind":"double-prepare"}\n',
      "7\n",
    ];
    fileSystem.write(FILE, Buffer.from(changed.join("")));
    assert.deepEqual(openStore(fileSystem).store.all, []);
  });

  it("does not stop the node when the disk refuses it", () => {
    const { store, fileSystem } = openStore();
    fileSystem.onOperation = () => {
      throw new Error("ENOSPC");
    };
    store.add(lie("double-prepare"));
    assert.equal(store.all.length, 1);
  });
});
