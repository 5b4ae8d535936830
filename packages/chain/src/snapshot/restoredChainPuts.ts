import type { Certificate } from "@causeway/protocol/certificate";
import { type Genesis, genesisValidators } from "@causeway/protocol/genesis";
import { overrideAt } from "@causeway/protocol/validatorOverride";
import { type ValidatorSet, validatorSetHash } from "@causeway/protocol/validatorSet";
import { encodeCertificate } from "@causeway/protocol/wire/certificateCodec";
import { RLP } from "@ethereumjs/rlp";
import { encodeBlock } from "../codec/block.js";
import { sliceBlock } from "../codec/blockSlices.js";
import { headerItems } from "../codec/header.js";
import { fromHex } from "../codec/hex.js";
import type { GenesisBlock } from "../genesis/genesisBlock.js";
import { blockPuts, headerPuts } from "../store/blockPuts.js";
import { encodeSet, headPut } from "../store/chainStore.js";
import type { Put } from "../store/database.js";
import { historyStartPut } from "../store/historyStart.js";
import { transactionPuts } from "../store/indexes.js";
import { keys } from "../store/keys.js";
import type { Header } from "../types/header.js";
import type { SetChain } from "./setChain.js";

/** What a snapshot says beside its state, checked. */
export interface RestoredChain {
  readonly genesis: Genesis;
  readonly genesisBlock: GenesisBlock;
  /** Ascending; the last is the head's. */
  readonly headers: readonly Header[];
  /** RLP of the head block. */
  readonly block: Uint8Array;
  readonly certificate: Certificate;
  /** Set changes by height. */
  readonly changes: ReadonlyMap<number, Certificate>;
  readonly sets: SetChain;
}

/** Records of sets written at once. */
const SETS_PER_BATCH = 1_024;

/** What a store holds of a chain that goes on from a snapshot's head, in batches; only the last makes it one. */
export function* restoredChainPuts(chain: RestoredChain): Generator<Put[]> {
  yield* setPuts(chain);
  const { genesisBlock, headers, block, certificate } = chain;
  const head = headers.at(-1) as Header;
  const slices = sliceBlock(block);
  yield [
    ...blockPuts(genesisBlock.header, sliceBlock(encodeBlock(genesisBlock.header, [])), 0n),
    ...headers.flatMap((header) => headerPuts(header, RLP.encode(headerItems(header)))),
    ...blockPuts(head, slices, 0n),
    ...transactionPuts(head.number, slices.body),
    { key: keys.certificate(head.number), value: encodeCertificate(certificate) },
    historyStartPut(head.number),
    { key: keys.genesisHash, value: fromHex(genesisBlock.hash) },
    headPut(head.number, head.hash),
  ];
}

/** The set of every epoch up to that of the head's successor, as block by block it would have been kept. */
function* setPuts(chain: RestoredChain): Generator<Put[]> {
  const { epochLength } = chain.genesis.config.causeway;
  const head = chain.headers.at(-1) as Header;
  let puts: Put[] = [];
  for (let from = 1; from <= head.number + 1; from += epochLength) {
    const set = epochSet(chain, from);
    if (set !== null) puts.push({ key: keys.validators(from), value: encodeSet(set) });
    if (puts.length < SETS_PER_BATCH) continue;
    yield puts;
    puts = [];
  }
  yield puts;
}

/** The set that begins an epoch by V1, though an override may put it aside; null where the snapshot does not name it. */
function epochSet({ genesis, changes, sets }: RestoredChain, from: number): ValidatorSet | null {
  if (from === 1) return genesisValidators(genesis);
  if (overrideAt(genesis.config.causeway, from) === null) return sets.at(from);
  const before = sets.at(from - 1);
  return changes.get(from - 1)?.checkpoint.nextValidatorSetHash === validatorSetHash(before) ? before : null;
}
