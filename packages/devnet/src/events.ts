/** What happens while a devnet comes up and crosses, in order; one JSON line each with `--json`. */
export type DevnetEvent =
  | { readonly event: "l1.ready"; readonly chainId: number; readonly url: string }
  | {
      readonly event: "chain.ready";
      readonly chainId: number;
      readonly genesisHash: string;
      readonly urls: readonly string[];
    }
  | {
      readonly event: "bridge.deployed";
      readonly chainId: number;
      readonly outbox: string;
      readonly view: string;
      readonly inbox: string;
      readonly vault: string;
    }
  | { readonly event: "explorer.ready"; readonly url: string }
  | ({
      readonly event: "deposit.locked" | "deposit.minted" | "withdrawal.burned" | "withdrawal.released";
    } & TransferStep)
  | {
      readonly event: "solvency";
      /** "ETH" or the token's L1 address. */
      readonly token: string;
      /** Decimal strings of base units. */
      readonly locked: string;
      readonly supply: string;
      readonly pending: string;
      readonly ok: boolean;
    }
  | { readonly event: "done" };

export interface TransferStep {
  /** "ETH" or the token's L1 address. */
  readonly token: string;
  /** Decimal string of base units. */
  readonly amount: string;
  readonly txHash: string;
  /** Chain the transaction is on. */
  readonly chainId: number;
}

/** An event with milliseconds since the devnet was started. */
export type TimedEvent = DevnetEvent & { readonly ms: number };
