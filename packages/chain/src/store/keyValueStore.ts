/** One step of a batch. */
export type BatchOperation =
  | { readonly type: "put"; readonly key: Uint8Array; readonly value: Uint8Array }
  | { readonly type: "del"; readonly key: Uint8Array };

/** Keys and values on a disk: LevelDB's, or a simulated one that loses what was not synced. */
export interface KeyValueStore {
  get(key: Uint8Array): Uint8Array | undefined;
  /**
   * All of it or nothing, after all batches before it.
   * @param options.sync whether it, and with it all before it, is on disk when this resolves.
   */
  batch(operations: readonly BatchOperation[], options: { readonly sync: boolean }): Promise<void>;
  close(): Promise<void>;
}
