import { strict as assert } from "node:assert";
import { CausewayError } from "@causeway/protocol/errors";
import type { Hash } from "@causeway/protocol/hex";
import { toNumber } from "../../src/indexer/chainTypes.js";
import type { FetchedBlock } from "../../src/indexer/fetchBlock.js";
import { headerHash } from "../../src/indexer/headerHash.js";
import { verifyBlock } from "../../src/indexer/verifyBlock.js";
import { CertifiedChain, CHAIN_ID } from "../support/certifiedChain.js";
import { ALICE, TOKEN } from "../support/crossing.js";

describe("block verification", () => {
  const chain = new CertifiedChain();
  const domain = { chainId: CHAIN_ID, genesisHash: chain.genesisHash };
  const parent = chain.seal();
  const child = chain.seal([{ from: ALICE, to: TOKEN, value: 1n }]);
  const other = chain.seal();
  const link = {
    number: 1,
    hash: parent.block.hash,
    timestamp: toNumber(parent.block.timestamp),
    nextSetHash: child.block.extraData as Hash,
  };
  const verify = (fetched: FetchedBlock) => verifyBlock(fetched, 2, link, domain);

  it("accepts the child of the indexed block with a quorum of its set", () => verify(child));

  const withHeader = (change: Partial<FetchedBlock["block"]>): FetchedBlock => {
    const block = { ...child.block, ...change };
    const hash = headerHash(block);
    const receipts = child.receipts.map((receipt) => ({ ...receipt, blockHash: hash }));
    return { ...child, receipts, block: { ...block, hash } };
  };
  const certificate = child.certificate as NonNullable<FetchedBlock["certificate"]>;
  const [firstSeal, secondSeal, ...seals] = certificate.seals;
  const withCertificate = (change: Partial<typeof certificate>) => ({
    ...child,
    certificate: { ...certificate, ...change },
  });
  const withReceipt = (change: Partial<FetchedBlock["receipts"][number]>): FetchedBlock => ({
    ...child,
    receipts: child.receipts.map((receipt) => ({ ...receipt, ...change })),
  });
  const refused: readonly { name: string; rule: string; fetched: FetchedBlock }[] = [
    { name: "another height", rule: "number", fetched: other },
    {
      name: "a header that does not hash to its hash",
      rule: "hash",
      fetched: { ...child, block: { ...child.block, gasLimit: "0x1" } },
    },
    {
      name: "a child of another block",
      rule: "parentHash",
      fetched: withHeader({ parentHash: other.block.hash }),
    },
    { name: "a time before its parent's", rule: "H1.timestamp", fetched: withHeader({ timestamp: "0x1" }) },
    { name: "a missing receipt", rule: "receipts", fetched: { ...child, receipts: [] } },
    {
      name: "a receipt of another transaction",
      rule: "receipts",
      fetched: withReceipt({ transactionHash: other.block.hash }),
    },
    {
      name: "a receipt of another block",
      rule: "receipts",
      fetched: withReceipt({ blockHash: other.block.hash }),
    },
    {
      name: "receipts of more gas than the header's",
      rule: "receipts",
      fetched: withReceipt({ cumulativeGasUsed: "0x5209" }),
    },
    { name: "no certificate", rule: "F1", fetched: { ...child, certificate: null } },
    {
      name: "another block's certificate",
      rule: "C3",
      fetched: { ...child, certificate: parent.certificate },
    },
    {
      name: "a certificate below quorum",
      rule: "C3",
      fetched: withCertificate({ signers: "0x3", seals: certificate.seals.slice(0, 2) }),
    },
    {
      name: "a seal counted twice",
      rule: "C3",
      fetched: withCertificate({ seals: [firstSeal, firstSeal, ...seals] as typeof certificate.seals }),
    },
    {
      name: "seals in the wrong places",
      rule: "C3",
      fetched: withCertificate({ seals: [secondSeal, firstSeal, ...seals] as typeof certificate.seals }),
    },
  ];
  for (const { name, rule, fetched } of refused) {
    it(`refuses ${name} (${rule})`, () => {
      assert.throws(
        () => verify(fetched),
        (error) => error instanceof CausewayError && error.type.rule === rule,
      );
    });
  }

  const { checkpoint } = certificate;
  const about: readonly Partial<typeof checkpoint>[] = [
    { height: "0x3" },
    { timestamp: "0x1" },
    { blockHash: other.block.hash },
    { stateRoot: other.block.stateRoot },
  ];
  for (const change of about) {
    it(`refuses a certificate of another ${Object.keys(change)[0]} before it looks at its seals (C3)`, () => {
      assert.throws(
        () => verify(withCertificate({ checkpoint: { ...checkpoint, ...change } })),
        /the certificate is about another block/,
      );
    });
  }

  it("refuses a set that the parent did not announce (V1)", () => {
    const foreign = new CertifiedChain({ validators: 7 });
    foreign.seal();
    const fetched = foreign.blocks[1] as FetchedBlock;
    const announced = {
      number: 0,
      hash: foreign.genesisHash,
      timestamp: 0,
      nextSetHash: child.block.extraData as Hash,
    };
    assert.throws(
      () => verifyBlock(fetched, 1, announced, { chainId: CHAIN_ID, genesisHash: foreign.genesisHash }),
      (error) => error instanceof CausewayError && error.type.rule === "V1",
    );
  });
});
