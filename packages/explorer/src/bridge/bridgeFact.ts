import type { TransferData } from "@causeway/protocol/transferData";
import type { Direction, TransferStep } from "../feed/feedProtocol.js";

/** What one log says about transfers, from whichever chain. */
export type BridgeFact =
  | {
      readonly kind: "sent";
      readonly direction: Direction;
      readonly nonce: number;
      readonly transfer: TransferData;
      /** Deposits of a token carry what a wallet shows of it. */
      readonly token: { readonly symbol: string; readonly decimals: number } | null;
      readonly step: TransferStep;
    }
  /** The other side learned of the first `count` messages. */
  | {
      readonly kind: "proved";
      readonly direction: Direction;
      readonly count: number;
      readonly step: TransferStep;
    }
  | {
      readonly kind: "delivered";
      readonly direction: Direction;
      readonly nonce: number;
      readonly success: boolean;
      readonly step: TransferStep;
    }
  /** A failed message was retried with success. */
  | {
      readonly kind: "retried";
      readonly direction: Direction;
      readonly nonce: number;
      readonly step: TransferStep;
    }
  /** A claim was taken back with its voided checkpoint (B6). */
  | { readonly kind: "cancelled"; readonly direction: Direction; readonly nonce: number };
