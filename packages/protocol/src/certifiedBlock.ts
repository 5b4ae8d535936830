import type { Block } from "./block.js";
import type { Certificate } from "./certificate.js";

/** A finalized block with its proof, as sync carries it (N3). Genesis has none and is never sent. */
export interface CertifiedBlock {
  readonly block: Block;
  readonly certificate: Certificate;
}
