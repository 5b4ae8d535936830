import type { EthereumGenesis } from "@causeway/protocol/ethereumGenesis";
import type { Genesis } from "@causeway/protocol/genesis";
import { normalAddress } from "@causeway/protocol/genesisFields";
import type { Hash } from "@causeway/protocol/hex";
import type { Common } from "@ethereumjs/common";
import { bytesToHex, createAccount, createAddressFromString, hexToBytes } from "@ethereumjs/util";
import { EMPTY_ROOT } from "../codec/header.js";
import { fromHex } from "../codec/hex.js";
import { newNodes } from "../engine/ethereumjs/newNodes.js";
import { EMPTY_NODES } from "../engine/ethereumjs/nodeSource.js";
import { OverlayDb } from "../engine/ethereumjs/overlayDb.js";
import { openState } from "../engine/ethereumjs/viewStateManager.js";

/** The state `alloc` describes: its root, and every trie node and code under it. */
export async function genesisState(
  alloc: Genesis["alloc"] | EthereumGenesis["alloc"],
  common: Common,
): Promise<{ stateRoot: Hash; nodes: ReadonlyMap<string, Uint8Array> }> {
  const db = new OverlayDb(EMPTY_NODES);
  const state = openState(EMPTY_ROOT, db, common);
  await state.checkpoint();
  for (const [key, account] of Object.entries(alloc)) {
    const address = createAddressFromString(normalAddress(key));
    await state.putAccount(address, createAccount({ balance: account.balance, nonce: account.nonce ?? 0n }));
    if (account.code !== undefined && account.code !== "0x") {
      await state.putCode(address, hexToBytes(account.code));
    }
    const storage: Readonly<Record<string, string>> = account.storage ?? {};
    for (const [slot, value] of Object.entries(storage)) {
      if (isZero(value)) continue;
      await state.putStorage(address, word(slot), word(value));
    }
  }
  const stateRoot = bytesToHex(await state.getStateRoot());
  await state.commit();
  return { stateRoot, nodes: newNodes(stateRoot, db.writes) };
}

function isZero(text: string): boolean {
  return /^(?:0x)?0*$/.test(text);
}

/** geth writes keys and values with and without 0x and leading zeros. */
function word(text: string): Uint8Array {
  return fromHex(`0x${text.replace(/^0x/, "").padStart(64, "0")}`);
}
