import { createBlockFromRLP, createBlockHeaderFromRLP } from "@ethereumjs/block";
import { type Blockchain, createBlockchain } from "@ethereumjs/blockchain";
import type { Common } from "@ethereumjs/common";
import { encodeBlock } from "../codec/block.js";
import type { BlockSlices } from "../codec/blockSlices.js";
import { loadPrecompileBackends } from "../crypto/precompileBackends.js";
import { chainCommon, type ForkConfig } from "../engine/ethereumjs/chainCommon.js";
import type { Header } from "../types/header.js";
import { blockKeys } from "./blockKeys.js";
import type { Database, Put } from "./database.js";
import { FinalizedConsensus } from "./finalizedConsensus.js";
import { LibraryDb } from "./libraryDb.js";

/**
 * @ethereumjs/blockchain over a staging database: what of a block is kept, and where, is the library's; which block may
 * come next (F1), and when it is written (W4), is ours.
 */
export class FinalizedBlockchain {
  readonly #library: LibraryDb;
  readonly #blockchain: Blockchain;
  readonly #consensus: FinalizedConsensus;
  readonly #common: Common;

  private constructor(
    library: LibraryDb,
    blockchain: Blockchain,
    consensus: FinalizedConsensus,
    common: Common,
  ) {
    this.#library = library;
    this.#blockchain = blockchain;
    this.#consensus = consensus;
    this.#common = common;
  }

  /**
   * The chain of a database that has at least its genesis block.
   * @throws ChainError "UnsupportedRules" for a chain that is not of Osaka from genesis (H2): the library would not know
   * on which side of a merge a block is.
   */
  static async open(database: Database, genesis: Header, config: ForkConfig): Promise<FinalizedBlockchain> {
    const common = chainCommon(config, await loadPrecompileBackends());
    const library = new LibraryDb(database);
    const consensus = new FinalizedConsensus();
    const blockchain = await createBlockchain({
      common,
      db: library,
      genesisBlock: createBlockFromRLP(encodeBlock(genesis, []), { common }),
      consensusDict: { [consensus.algorithm]: consensus },
      validateConsensus: true,
      // Our rules H1 were checked before execution; the library would check a part of them again.
      validateBlocks: false,
    });
    return new FinalizedBlockchain(library, blockchain, consensus, common);
  }

  /**
   * What is to be written of the head's child. The library is given the header only: it would decode every transaction,
   * to encode it again.
   */
  async puts({ number, hash }: Header, { header, body }: BlockSlices): Promise<Put[]> {
    this.#consensus.admitted = hash;
    try {
      await this.#blockchain.putHeader(createBlockHeaderFromRLP(header, { common: this.#common }));
    } catch (error) {
      this.#library.take();
      throw error;
    } finally {
      this.#consensus.admitted = null;
    }
    return [...this.#library.take(), { key: blockKeys.body(number, hash), value: body }];
  }
}
