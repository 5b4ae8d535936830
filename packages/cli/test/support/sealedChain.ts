import { buildGenesis, type GenesisFile, type GenesisInput } from "@causeway/chain/genesis/buildGenesis";
import { openChain } from "@causeway/chain/openChain";
import { openForImport } from "@causeway/chain/store/database";
import { assembleCertificate } from "@causeway/protocol/certificate";
import { type Checkpoint, checkpointDigest } from "@causeway/protocol/checkpoint";
import { parseGenesis } from "@causeway/protocol/genesis";
import { type Address, fromHex, type Hash, type Hex, type Signature } from "@causeway/protocol/hex";
import { validatorSetHash } from "@causeway/protocol/validatorSet";
import { Wallet } from "ethers";

const GWEI = 10n ** 9n;
const ETHER = 10n ** 18n;
const validator = new Wallet(`0x${"a1".repeat(32)}`);
const operator = new Wallet(`0x${"a2".repeat(32)}`);
const funded = new Wallet(`0x${"a3".repeat(32)}`);
const SILENT = { info: () => {}, warn: () => {}, error: () => {} };

const addressOf = (wallet: Wallet) => wallet.address.toLowerCase() as Address;

/** A genesis with one validator and one account that has funds. */
export function sealedGenesis(overrides: Partial<GenesisInput> = {}): Promise<GenesisFile> {
  return buildGenesis({
    chainId: 73_311,
    timestamp: 1_790_000_000,
    validators: [{ consensusKey: addressOf(validator), operator: addressOf(operator) }],
    attesters: [],
    accounts: new Map([[addressOf(funded), ETHER]]),
    causeway: { minValidators: 1, epochLength: 7 },
    bridge: null,
    ...overrides,
  });
}

/** Finalize blocks of one transfer each, sealed by the validator, in a data directory. @returns the head's hash. */
export async function mineSealedChain(file: GenesisFile, dataDir: string, blocks: number): Promise<Hash> {
  const genesis = parseGenesis(file);
  const database = await openForImport(dataDir);
  const { execution, pool, reader, close } = await openChain({ genesis, dataDir, log: SILENT, database });
  const domain = { chainId: genesis.config.chainId, genesisHash: reader.genesisHash };
  for (let nonce = 0; nonce < blocks; nonce++) {
    await pool.add(await transfer(nonce));
    const head = execution.head();
    const { block, outcome } = await execution.build(
      {
        height: head.height + 1,
        parentHash: head.hash,
        coinbase: addressOf(validator),
        timestamp: head.timestamp + 1,
        deadlineMs: 30_000,
      },
      new AbortController().signal,
    );
    const { nextValidators, ...fields } = outcome;
    const checkpoint: Checkpoint = {
      ...fields,
      height: block.height,
      round: 0,
      timestamp: block.timestamp,
      validatorSetHash: block.extraData,
      nextValidatorSetHash: validatorSetHash(nextValidators),
    };
    const seal = validator.signingKey.sign(checkpointDigest(domain, checkpoint)).serialized as Signature;
    const seals = new Map([[addressOf(validator), seal]]);
    await execution.commit(block, assembleCertificate(checkpoint, seals, head.nextValidators));
  }
  const { hash } = execution.head();
  await close();
  return hash;
}

async function transfer(nonce: number): Promise<Uint8Array> {
  const raw = await funded.signTransaction({
    type: 2,
    chainId: 73_311,
    nonce,
    to: operator.address,
    value: 1n,
    gasLimit: 21_000n,
    maxFeePerGas: 3n * GWEI,
    maxPriorityFeePerGas: GWEI,
  });
  return fromHex(raw as Hex);
}
