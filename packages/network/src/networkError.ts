import { CausewayError } from "@causeway/protocol/errors";

/** Why a network call failed. `peer` is the peer id it was made to. */
export type NetworkErrorType =
  | { readonly code: "NotStarted" }
  | { readonly code: "IdentityInvalid" }
  | { readonly code: "BootPeerInvalid"; readonly address: string }
  | { readonly code: "ListenFailed"; readonly addresses: readonly string[] }
  /** A handler of the host rejected. */
  | { readonly code: "HostFailed" }
  /** A peer asks for more than it may have now. */
  | { readonly code: "Overloaded"; readonly peer: string }
  | { readonly code: "PeerNotConnected"; readonly peer: string }
  | { readonly code: "PeerLost"; readonly peer: string }
  | { readonly code: "RequestTimeout"; readonly peer: string }
  | { readonly code: "RequestAborted"; readonly peer: string }
  | { readonly code: "AnswerMalformed"; readonly peer: string; readonly field: string };

export class NetworkError extends CausewayError<NetworkErrorType> {
  override readonly name = "NetworkError";
}
