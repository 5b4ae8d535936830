import type { Multiaddr } from "@multiformats/multiaddr";

const IPV6_GROUPS = 8;
/** One subscriber is usually given a /64 and may use all of its addresses. */
const IPV6_NETWORK_GROUPS = 4;
/** An IPv4 address as a socket of IPv6 shows it (RFC 4291, section 2.5.5.2). */
const IPV4_MAPPED = /^0:0:0:0:0:ffff:/;

/** Whose connections are counted together: an IPv4 address, or the /64 of an IPv6 one; else the address as it is. */
export function hostOf(address: Multiaddr): string {
  const ip = address.getComponents().find(({ name }) => name === "ip4" || name === "ip6");
  if (ip?.value === undefined) return address.toString();
  return ip.name === "ip4" ? ip.value : networkOf(ip.value);
}

function networkOf(ip: string): string {
  const [left = [], right = []] = ip
    .split("::")
    .map((half) => half.split(":").filter((group) => group !== ""));
  const zeros = Array<string>(IPV6_GROUPS - left.length - right.length).fill("0");
  const groups = [...left, ...zeros, ...right];
  if (!IPV4_MAPPED.test(groups.join(":"))) return groups.slice(0, IPV6_NETWORK_GROUPS).join(":");
  const bytes = groups.slice(-2).map((group) => Number.parseInt(group, 16));
  return bytes.flatMap((pair) => [pair >> 8, pair & 0xff]).join(".");
}
