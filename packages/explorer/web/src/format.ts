const grouping = new Intl.NumberFormat("en-US");

export function formatInteger(value: number | bigint): string {
  return grouping.format(value);
}

/** `0x1234…abcd` */
export function shortHex(hex: string, head = 6, tail = 4): string {
  return hex.length <= head + tail + 1 ? hex : `${hex.slice(0, head)}…${hex.slice(-tail)}`;
}

/** Base units as a decimal with at most `places` digits after the point, never rounded up. */
export function formatUnits(amount: bigint, decimals: number, places = 6): string {
  const unit = 10n ** BigInt(decimals);
  const fraction = (amount % unit).toString().padStart(decimals, "0").slice(0, places).replace(/0+$/, "");
  const whole = formatInteger(amount / unit);
  if (fraction !== "") return `${whole}.${fraction}`;
  return amount > 0n && amount < unit ? `<0.${"0".repeat(places - 1)}1` : whole;
}

export function formatEther(wei: string): string {
  return `${formatUnits(BigInt(wei), 18)} ETH`;
}

export function formatGwei(wei: string): string {
  return `${formatUnits(BigInt(wei), 9)} gwei`;
}

/** `now`, `12 s ago`, `3 min ago`, `2 h ago`, `5 d ago` */
export function formatAgo(secondsAgo: number): string {
  if (secondsAgo < 2) return "now";
  if (secondsAgo < 60) return `${Math.floor(secondsAgo)} s ago`;
  if (secondsAgo < 3_600) return `${Math.floor(secondsAgo / 60)} min ago`;
  if (secondsAgo < 86_400) return `${Math.floor(secondsAgo / 3_600)} h ago`;
  return `${Math.floor(secondsAgo / 86_400)} d ago`;
}

export function formatTime(unixSeconds: number): string {
  return `${new Date(unixSeconds * 1_000).toISOString().replace("T", " ").slice(0, 19)} UTC`;
}

export function formatPercent(part: number, whole: number): string {
  if (part > 0 && part / whole < 0.005) return "<1 %";
  return whole === 0 ? "–" : `${Math.round((100 * part) / whole)} %`;
}
