import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { type BridgeMessage, messageLeaf } from "../src/bridgeMessage.js";
import { type CertificateFault, verifyCertificate } from "../src/certificate.js";
import { type Checkpoint, checkpointDigest, checkpointStructHash } from "../src/checkpoint.js";
import { domainSeparator } from "../src/eip712.js";
import { type Address, type Hash, type Hex, type Signature, ZERO_HASH } from "../src/hex.js";
import { accumulate, MerkleTree, rootFromProof, ZERO_HASHES } from "../src/merkleTree.js";
import { readyDigest } from "../src/ready.js";
import { recoverWithEthers } from "../src/signature.js";
import {
  type DepositData,
  decodeDeposit,
  decodeWithdrawal,
  encodeDeposit,
  encodeWithdrawal,
  type TransferData,
} from "../src/transferData.js";
import { validatorSetHash } from "../src/validatorSet.js";

/** Compiled tests run from packages/protocol/dist/test. */
const VECTORS = new URL("../../../../test/vectors/", import.meta.url);

/** Whole numbers of every size are written as JSON numbers or decimal strings. */
type Quantity = string | number;
interface Named {
  readonly name: string;
}

interface VectorFiles {
  "accumulator.json": { cases: (Named & { leaves: Hash[]; accumulators: Hash[] })[] };
  "certificate.json": {
    cases: (Named & {
      chainId: number;
      genesisHash: Hash;
      validators: Address[];
      checkpoint: Checkpoint;
      signers: Hex;
      seals: Hex;
      error: CertificateFault["code"] | null;
      errorArgs: number[];
    })[];
  };
  "checkpointDigest.json": {
    cases: (Named & {
      chainId: number;
      genesisHash: Hash;
      checkpoint: Checkpoint;
      domainSeparator: Hash;
      structHash: Hash;
      digest: Hash;
    })[];
  };
  "merkle.json": {
    zeroHashes: Hash[];
    cases: (Named & { leaves: Hash[]; root: Hash; proofs: { index: number; leaf: Hash; proof: Hash[] }[] })[];
  };
  "messageLeaf.json": { cases: (Named & { message: Record<keyof BridgeMessage, Quantity>; leaf: Hash })[] };
  "ready.json": {
    cases: (Named & {
      chainId: number;
      validatorSet: Address;
      candidate: Address;
      recentBlockHash: Hash;
      digest: Hash;
      signature: Signature;
    })[];
  };
  "transferData.json": {
    deposits: (Named & { transfer: Record<keyof DepositData, Quantity>; data: Hex })[];
    withdrawals: (Named & { transfer: Record<keyof TransferData, Quantity>; data: Hex })[];
  };
  "validatorSetHash.json": { cases: (Named & { validators: Address[]; hash: Hash })[] };
}

function load<F extends keyof VectorFiles>(file: F): VectorFiles[F] {
  return JSON.parse(readFileSync(new URL(file, VECTORS), "utf8")) as VectorFiles[F];
}

/** What each file pins; the suite fails when a file has no reader here. */
const READERS: { readonly [F in keyof VectorFiles]: (file: VectorFiles[F]) => void } = {
  "accumulator.json": ({ cases }) => {
    for (const { name, leaves, accumulators } of cases) {
      it(name, () => {
        const running: Hash[] = [ZERO_HASH];
        for (const leaf of leaves) running.push(accumulate(running[running.length - 1] as Hash, leaf));
        assert.deepEqual(running, accumulators);
      });
    }
  },
  "certificate.json": ({ cases }) => {
    for (const { name, chainId, genesisHash, validators, checkpoint, signers, seals, ...expected } of cases) {
      it(name, () => {
        const certificate = { checkpoint, signers: BigInt(signers), seals: splitSeals(seals) };
        const fault = verifyCertificate(certificate, validators, { chainId, genesisHash }, recoverWithEthers);
        assert.equal(fault?.code ?? null, expected.error);
        const { code: _code, ...details } = fault ?? { code: null };
        assert.deepEqual(Object.values(details), expected.errorArgs);
      });
    }
  },
  "checkpointDigest.json": ({ cases }) => {
    for (const { name, chainId, genesisHash, checkpoint, ...expected } of cases) {
      it(name, () => {
        const domain = { chainId, genesisHash };
        assert.equal(domainSeparator(domain), expected.domainSeparator);
        assert.equal(checkpointStructHash(checkpoint), expected.structHash);
        assert.equal(checkpointDigest(domain, checkpoint), expected.digest);
      });
    }
  },
  "merkle.json": ({ zeroHashes, cases }) => {
    it("zero hashes", () => assert.deepEqual(ZERO_HASHES, zeroHashes));
    for (const { name, leaves, root, proofs } of cases) {
      it(name, () => {
        const tree = new MerkleTree();
        for (const leaf of leaves) tree.append(leaf);
        assert.equal(tree.root, root);
        for (const { index, leaf, proof } of proofs) {
          assert.deepEqual(tree.proof(index), proof);
          assert.equal(rootFromProof(leaf, index, proof), root);
        }
      });
    }
  },
  "messageLeaf.json": ({ cases }) => {
    for (const { name, message, leaf } of cases) {
      it(name, () => assert.equal(messageLeaf(message as unknown as BridgeMessage), leaf));
    }
  },
  "ready.json": ({ cases }) => {
    for (const { name, chainId, validatorSet, candidate, recentBlockHash, ...expected } of cases) {
      it(name, () => {
        const digest = readyDigest(chainId, { candidate, recentBlockHash }, validatorSet);
        assert.equal(digest, expected.digest);
        assert.equal(recoverWithEthers(digest, expected.signature), candidate);
      });
    }
  },
  "transferData.json": ({ deposits, withdrawals }) => {
    for (const { name, transfer, data } of deposits) {
      it(`deposit: ${name}`, () => {
        const deposit = withBigInts(transfer) as unknown as DepositData;
        assert.equal(encodeDeposit(deposit), data);
        assert.deepEqual(decodeDeposit(data), deposit);
      });
    }
    for (const { name, transfer, data } of withdrawals) {
      it(`withdrawal: ${name}`, () => {
        const withdrawal = withBigInts(transfer) as unknown as TransferData;
        assert.equal(encodeWithdrawal(withdrawal), data);
        assert.deepEqual(decodeWithdrawal(data), withdrawal);
      });
    }
  },
  "validatorSetHash.json": ({ cases }) => {
    for (const { name, validators, hash } of cases) {
      it(name, () => assert.equal(validatorSetHash(validators), hash));
    }
  },
};

describe("vectors shared with Solidity", () => {
  it("every file is read here", () => {
    const files = readdirSync(VECTORS).filter((name) => name.endsWith(".json"));
    assert.deepEqual(new Set(files), new Set(Object.keys(READERS)));
  });

  for (const file of Object.keys(READERS) as (keyof VectorFiles)[]) describe(file, () => read(file));
});

function read<F extends keyof VectorFiles>(file: F): void {
  READERS[file](load(file));
}

/** Pieces of 65 bytes, the last one as long as what is left. */
function splitSeals(seals: Hex): Hex[] {
  const pieces = seals.slice(2).match(/.{1,130}/g) ?? [];
  return pieces.map((piece) => `0x${piece}` as Hex);
}

function withBigInts(transfer: Record<string, Quantity>): Record<string, unknown> {
  return {
    ...transfer,
    originChainId: BigInt(transfer.originChainId as Quantity),
    amount: BigInt(transfer.amount as Quantity),
  };
}
