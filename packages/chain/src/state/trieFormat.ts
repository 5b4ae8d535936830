/** Of the Merkle-Patricia trie (Yellow Paper, appendix D): items of a branch, its value the last. */
export const BRANCH_ITEMS = 17;
/** Bits of a path's first nibble: leaf, and odd length (appendix C). */
export const LEAF_FLAG = 0x20;
export const ODD_FLAG = 0x10;
/** Positions in an account: [nonce, balance, storage root, code hash] (4.1). */
export const STORAGE_ROOT_FIELD = 2;
export const CODE_HASH_FIELD = 3;
