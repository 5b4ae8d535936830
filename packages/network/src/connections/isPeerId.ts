import { peerIdFromString } from "@libp2p/peer-id";

/** Whether a text is a peer id, as boot peers and allowlists name nodes. */
export function isPeerId(text: string): boolean {
  try {
    return peerIdFromString(text).toString() === text;
  } catch {
    return false;
  }
}
