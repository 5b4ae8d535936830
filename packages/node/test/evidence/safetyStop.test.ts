import assert from "node:assert/strict";
import { validatorSetHash } from "@causeway/protocol/validatorSet";
import { SafetyStop } from "../../src/evidence/safetyStop.js";
import { fakeBlock } from "../fakes/blocks.js";
import { CrashFileSystem } from "../fakes/crashFileSystem.js";
import { withCode } from "../fakes/errorCode.js";
import { silentLog } from "../fakes/silentLog.js";
import { certify, checkpointOf, setOf } from "../support/certify.js";
import { testKeyRings } from "../support/testKeys.js";

const DOMAIN = { chainId: 1, genesisHash: `0x${"9e".repeat(32)}` } as const;
const SET = testKeyRings(4);
const [FIRST, SECOND] = [1, 2].map((salt) =>
  certify(checkpointOf(fakeBlock({ height: 5, salt, validators: setOf(SET) }), SET), DOMAIN, SET),
) as [ReturnType<typeof certify>, ReturnType<typeof certify>];
const CONFLICT = { reason: "F2: two", certificates: [FIRST, SECOND], validators: [setOf(SET)], own: null };

function open(fileSystem = new CrashFileSystem()) {
  const warnings: string[] = [];
  let stops = 0;
  const safetyStop = new SafetyStop({
    fileSystem,
    directory: "/evidence",
    log: { ...silentLog, error: (_fields, message) => warnings.push(message) },
    onStop: () => {
      stops += 1;
    },
  });
  return { safetyStop, fileSystem, warnings, stops: () => stops };
}

describe("SafetyStop (F2)", () => {
  it("is durable before anything stops, and in force after a restart", () => {
    const { safetyStop, fileSystem, stops } = open();
    safetyStop.trip(CONFLICT);
    assert.equal(stops(), 1);
    fileSystem.crash();
    const restarted = open(fileSystem).safetyStop;
    assert.match(restarted.reason ?? "", /^F2: two .*--resume-after-safety-stop [0-9a-f]{16}/);
    const record = restarted.inForce as unknown as { certificates: { validators: string[] }[] };
    assert.deepEqual(
      record.certificates.map(({ validators }) => validators),
      [setOf(SET), setOf(SET)],
    );
  });

  it("an unreadable file still stops", () => {
    const { fileSystem } = open();
    fileSystem.write("/evidence/safety-stop.json", Buffer.from('{"rea'));
    assert.match(open(fileSystem).safetyStop.reason ?? "", /^unreadable evidence/);
  });

  it("is resumed by its own id only, with a warning, and nothing is deleted", () => {
    const { safetyStop, fileSystem } = open();
    safetyStop.trip(CONFLICT);
    const id = safetyStop.id as string;
    const { safetyStop: restarted, warnings } = open(fileSystem);
    assert.throws(() => restarted.resume("0123456789abcdef"), withCode("SafetyStopNotResumed"));
    assert.notEqual(restarted.reason, null);
    restarted.resume(id);
    assert.equal(restarted.reason, null);
    assert.match(warnings.join("\n"), /WARNING: this node votes and imports again/);
    fileSystem.crash();
    const later = open(fileSystem).safetyStop;
    assert.equal(later.reason, null);
    assert.equal(later.inForce, null);
    assert.equal(later.resumed.length, 1);
  });

  it("a flag left in a service file lifts no second stop", () => {
    const { safetyStop, fileSystem } = open();
    safetyStop.trip(CONFLICT);
    const id = safetyStop.id as string;
    open(fileSystem).safetyStop.resume(id);
    const { safetyStop: again } = open(fileSystem);
    again.resume(id);
    again.trip({ ...CONFLICT, reason: "F2: another" });
    assert.throws(() => open(fileSystem).safetyStop.resume(id), withCode("SafetyStopNotResumed"));
  });

  it("a conflict people have resolved is no kill switch for whoever shows it again, in any round", () => {
    const { safetyStop, fileSystem } = open();
    safetyStop.trip(CONFLICT);
    const restarted = open(fileSystem).safetyStop;
    assert.equal(restarted.isResolved(SECOND), false);
    restarted.resume(safetyStop.id as string);
    const later = open(fileSystem).safetyStop;
    assert.equal(later.isResolved(SECOND), true);
    assert.equal(later.isResolved({ ...SECOND, checkpoint: { ...SECOND.checkpoint, round: 4 } }), true);
    const hash = validatorSetHash(setOf(SET.slice(1)));
    assert.equal(
      later.isResolved({ ...SECOND, checkpoint: { ...SECOND.checkpoint, stateRoot: hash } }),
      false,
    );
  });

  it("a block this node cannot reproduce stops it again: nobody's word makes it sound (N3)", () => {
    const { safetyStop, fileSystem } = open();
    safetyStop.trip({ ...CONFLICT, reason: "N3: fails", certificates: [FIRST] });
    const restarted = open(fileSystem).safetyStop;
    restarted.resume(safetyStop.id as string);
    assert.equal(restarted.isResolved(FIRST), false);
  });

  it("keeps a block it cannot reproduce in the file, and out of every answer (N3)", () => {
    const { safetyStop, fileSystem } = open();
    const block = new Uint8Array(1_000).fill(7);
    safetyStop.trip({ ...CONFLICT, reason: "N3: fails", certificates: [FIRST], block });
    const file = Buffer.from(fileSystem.read(safetyStop.path) as Uint8Array).toString();
    assert.equal((JSON.parse(file) as { block: string }).block.length, 2_002);
    for (const stop of [safetyStop, open(fileSystem).safetyStop]) {
      assert.deepEqual(Object.keys(stop.inForce as object), ["reason", "certificates", "own"]);
    }
    const resumed = open(fileSystem).safetyStop;
    resumed.resume(safetyStop.id as string);
    for (const stop of [resumed, open(fileSystem).safetyStop])
      assert.deepEqual(Object.keys(stop.resumed[0] as object), ["reason", "certificates", "own"]);
  });

  it("says that it is not durable when the disk refuses it, and stops all the same", () => {
    const { safetyStop, fileSystem, warnings, stops } = open();
    fileSystem.onOperation = (operation) => {
      if (operation === "write") throw new Error("ENOSPC");
    };
    safetyStop.trip(CONFLICT);
    assert.equal(stops(), 1);
    assert.equal(safetyStop.reason, CONFLICT.reason);
    assert.match(warnings.join("\n"), /could not be written to .*: do not restart this node/);
  });

  it("keeps stops that are unreadable aside when another one is resumed: nothing is deleted", () => {
    const { safetyStop, fileSystem } = open();
    const damaged = Buffer.from('[{"rea');
    fileSystem.write("/evidence/resumed-stops.json", damaged);
    safetyStop.trip(CONFLICT);
    const { safetyStop: restarted, warnings } = open(fileSystem);
    assert.match(warnings.join("\n"), /unreadable/);
    restarted.resume(safetyStop.id as string);
    const aside = `/evidence/resumed-stops.json.unreadable-${safetyStop.id}`;
    assert.deepEqual(Buffer.from(fileSystem.read(aside) as Uint8Array), damaged);
    assert.equal(open(fileSystem).safetyStop.resumed.length, 1);
  });
});
