import { fakeSign } from "./fakeSigner.js";
import type { SimulatedNode } from "./simulatedNode.js";
import type { Simulation } from "./simulation.js";

/** Let `to` hear a ROUND-CHANGE by which validator `liar` claims to be in some round of the height being decided. */
export function claimRound(network: Simulation, liar: SimulatedNode, to: SimulatedNode, round: number): void {
  const author = network.validators[network.nodes.indexOf(liar)] ?? "0x";
  const payload = { height: to.head.height + 1, round, prepared: null };
  const signature = fakeSign(author, { kind: "round-change", payload });
  to.receive(liar.id, { kind: "round-change", payload, author, signature, prepares: [], block: null });
}
