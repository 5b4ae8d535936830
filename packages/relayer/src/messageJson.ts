import type { BridgeMessage } from "@causeway/protocol/bridgeMessage";

/** A message as JSON carries it: chain ids as decimal strings. */
export type MessageJson = Omit<BridgeMessage, "sourceChainId" | "destinationChainId"> & {
  readonly sourceChainId: string;
  readonly destinationChainId: string;
};

export function messageToJson({ sourceChainId, destinationChainId, ...rest }: BridgeMessage): MessageJson {
  return { ...rest, sourceChainId: `${sourceChainId}`, destinationChainId: `${destinationChainId}` };
}

export function messageFromJson({ sourceChainId, destinationChainId, ...rest }: MessageJson): BridgeMessage {
  return { ...rest, sourceChainId: BigInt(sourceChainId), destinationChainId: BigInt(destinationChainId) };
}
