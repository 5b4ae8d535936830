import { type ChainErrorCode, chainError } from "@causeway/chain/chainError";
import type { ImportTarget } from "@causeway/chain/import/importBlocks";
import type { Chain } from "@causeway/chain/openChain";
import { chainGasLimitMax } from "@causeway/chain/rules/gasLimits";
import { bodyFault } from "@causeway/node/ingress/bodyFault";
import { recover } from "@causeway/node/signer/recover";
import { certificateFault, linkFault, overrideFault } from "@causeway/node/sync/certifiedBlockFaults";
import { outcomeMismatch } from "@causeway/node/sync/outcomeMismatch";
import { type Block, decodeBlock } from "@causeway/protocol/block";
import type { Certificate } from "@causeway/protocol/certificate";
import type { Genesis } from "@causeway/protocol/genesis";
import { overrides } from "@causeway/protocol/validatorOverride";
import { headOf } from "./anyChain.js";

/** A chain of Causeway's own takes a block with its certificate, by the same rules and in the same order as sync (N3). */
export function certifiedTarget(
  { execution, reader }: Chain,
  genesis: Genesis,
  certificates: AsyncIterator<Certificate>,
): ImportTarget {
  const { config } = genesis;
  const gasLimitMax = chainGasLimitMax(genesis);
  const domain = { chainId: config.chainId, genesisHash: reader.genesisHash };
  const signal = new AbortController().signal;

  async function isKnown({ height, hash }: Block): Promise<boolean> {
    if (height > reader.headNumber()) return false;
    const known = await reader.header(height);
    if (known?.hash === hash) return true;
    throw chainError(
      "F2",
      `block ${height} ${hash} conflicts with the final block ${known?.hash}: the file belongs to another chain (F2)`,
    );
  }

  return {
    head: () => headOf(reader),
    async import(bytes) {
      const block = read(bytes);
      const certificate = block.height === 0 ? null : await nextCertificate(certificates, block);
      if (await isKnown(block)) return "known";
      // Only the genesis block has none, and that is always known.
      if (certificate === null) throw chainError("N3.height", "block 0 cannot be imported (N3)");
      const head = execution.head();
      const rule =
        linkFault(block, head) ??
        overrideFault(block, overrides(config.causeway)) ??
        certificateFault({ block, certificate }, head.nextValidators, domain, recover) ??
        bodyFault(block, gasLimitMax);
      if (rule !== null) {
        // Each of them names rules of H1, N3 and V6 only.
        throw chainError(
          rule as ChainErrorCode,
          `block ${block.height} ${block.hash} is refused by ${rule} (N3)`,
        );
      }
      const outcome = await execution.execute(block, signal);
      const field = outcomeMismatch(outcome, certificate.checkpoint);
      if (field !== null) {
        throw chainError(
          `N3.checkpoint.${field}`,
          `block ${block.height} ${block.hash} executes to another ${field} than was certified (N3)`,
        );
      }
      await execution.commit(block, certificate);
      return "imported";
    },
    async end() {
      const next = await certificates.next();
      if (next.done === true) return;
      throw chainError(
        "N3.certificate",
        `the file of blocks ends before block ${next.value.checkpoint.height}, whose certificate is there: it was truncated (N3)`,
      );
    },
  };
}

function read(bytes: Uint8Array): Block {
  try {
    return decodeBlock(bytes);
  } catch (cause) {
    throw chainError("H1.encoding", `${cause instanceof Error ? cause.message : String(cause)} (H1)`, cause);
  }
}

async function nextCertificate(certificates: AsyncIterator<Certificate>, block: Block): Promise<Certificate> {
  const next = await certificates.next();
  if (next.done !== true) return next.value;
  throw chainError(
    "N3.certificate",
    `the file of certificates ends before that of block ${block.height} ${block.hash} (N3)`,
  );
}
