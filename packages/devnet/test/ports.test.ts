import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { promisify } from "node:util";
import { DEFAULT_PORTS, freePortBases, layOutPorts, requireFreePorts } from "../src/ports.js";

describe("devnet ports", () => {
  it("are laid out as documented: RPC ten apart, the others one apart", () => {
    const { rpc, p2p, metrics, relayer } = layOutPorts(DEFAULT_PORTS, 4, 4);
    assert.deepEqual(rpc, [8645, 8655, 8665, 8675]);
    assert.deepEqual(p2p, [30401, 30402, 30403, 30404]);
    assert.deepEqual(metrics, [9100, 9101, 9102, 9103]);
    assert.deepEqual(relayer, [8800, 8801, 8802, 8803]);
  });

  it("free bases are free", async () => {
    await requireFreePorts(layOutPorts(await freePortBases(4, 4), 4, 4));
  });

  it("free bases are given to nobody else while this process lives, though nothing listens on them yet", async () => {
    const asked = Array.from({ length: 20 }, () => 0);
    const here = await Promise.all(asked.map(() => freePortBases(4, 4)));
    const other = `
      import { freePortBases } from "${new URL("../src/ports.js", import.meta.url)}";
      console.log(JSON.stringify(await Promise.all([${asked}].map(() => freePortBases(4, 4)))));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", other]);
    const all = [...here, ...(JSON.parse(stdout) as typeof here)].map(({ l1 }) => l1);
    assert.deepEqual(
      all.filter((port, i) => all.indexOf(port) !== i),
      [],
    );
    assert.equal(all.length, 2 * asked.length);
  });

  it("a port that is none, or that two would have, is named with its flags", async () => {
    await assert.rejects(requireFreePorts(layOutPorts({ ...DEFAULT_PORTS, rpc: 65_530 }, 4, 4)), {
      code: "Usage",
      message: /^--rpc-port 65530: its 4 ports would go up to 65560, and 65535 is the last/,
    });
    await assert.rejects(requireFreePorts(layOutPorts({ ...DEFAULT_PORTS, metrics: 30_404 }, 4, 4)), {
      code: "Usage",
      message:
        /^port 30404 is wanted by both --p2p-port \(now 30401\) and --metrics-port \(now 30404\): move one/,
    });
  });

  it("a taken port is named with its flag", async () => {
    const bases = await freePortBases(4, 4);
    const server = createServer().listen(bases.p2p + 2, "127.0.0.1");
    await once(server, "listening");
    try {
      await assert.rejects(requireFreePorts(layOutPorts(bases, 4, 4)), {
        type: { code: "PortTaken", port: bases.p2p + 2, flag: "--p2p-port" },
      });
    } finally {
      server.close();
    }
  });
});
