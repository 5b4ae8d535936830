import { DEV_ACCOUNTS, DEV_MNEMONIC, devAccount } from "@causeway/devnet/devnetAccounts";
import type { DevnetEvent } from "@causeway/devnet/events";
import { formatEther, formatUnits } from "ethers";

interface ReportOptions {
  readonly json: boolean;
  readonly once: boolean;
  readonly dir: string;
}

interface DevnetReport {
  starting(): void;
  event(event: DevnetEvent): void;
  ended(): void;
}

/** Show a devnet's events: JSON lines on stdout, or a story for people with the time since the start. */
export function devnetReport({ json, once, dir }: ReportOptions): DevnetReport {
  const startedAt = performance.now();
  const elapsedMs = () => Math.round(performance.now() - startedAt);
  if (json) {
    return {
      starting: () => {},
      event: (event) => process.stdout.write(`${JSON.stringify({ ...event, ms: elapsedMs() })}\n`),
      ended: () => {},
    };
  }
  const seen: Seen = { chainId: 0, rpcUrls: [], l1Url: "", explorerUrl: "", released: 0 };
  const say = (mark: string, text: string) =>
    process.stdout.write(`${mark} ${(elapsedMs() / 1000).toFixed(1).padStart(6)} s  ${text}\n`);
  return {
    starting: () => process.stdout.write(`\nCauseway devnet, files in ${dir}\n\n`),
    event: (event) => {
      remember(seen, event);
      const text = tell(event, seen);
      if (text !== null) say(event.event === "solvency" && !event.ok ? "✗" : "✓", text);
      if (event.event === "done" && !once) process.stdout.write(summary(seen));
    },
    ended: () => process.stdout.write("\nAll processes have ended.\n"),
  };
}

interface Seen {
  chainId: number;
  rpcUrls: readonly string[];
  l1Url: string;
  explorerUrl: string;
  /** Withdrawals of the demonstration that came through. */
  released: number;
}

function remember(seen: Seen, event: DevnetEvent): void {
  if (event.event === "l1.ready") seen.l1Url = event.url;
  if (event.event === "withdrawal.released") seen.released += 1;
  if (event.event === "explorer.ready") seen.explorerUrl = event.url;
  if (event.event === "chain.ready") {
    seen.chainId = event.chainId;
    seen.rpcUrls = event.urls;
  }
}

function tell(event: DevnetEvent, seen: Seen): string | null {
  switch (event.event) {
    case "l1.ready":
      return `L1 is up                     chain ${event.chainId}  ${event.url}`;
    case "bridge.deployed":
      return `bridge deployed and checked  vault ${event.vault}`;
    case "chain.ready":
      return `${event.urls.length} validators finalize blocks  chain ${event.chainId}  ${event.urls[0]}`;
    case "explorer.ready":
      return `explorer is up               ${event.url}`;
    case "deposit.locked":
      return `L1 → sidechain  locked       ${amount(event)}  ${short(event.txHash)}`;
    case "deposit.minted":
      return `L1 → sidechain  minted       ${amount(event)}  ${short(event.txHash)}`;
    case "withdrawal.burned":
      return `sidechain → L1  burned       ${amount(event)}  ${short(event.txHash)}`;
    case "withdrawal.released":
      return `sidechain → L1  released     ${amount(event)}  ${short(event.txHash)}`;
    case "solvency":
      return event.ok ? null : `solvency of ${event.token} is BROKEN (B15): ${JSON.stringify(event)}`;
    case "done":
      return seen.released > 0
        ? "both crossings complete, every solvency check held (B15)"
        : "everything is up again";
  }
}

/** The demonstration's token has 18 decimals, as ETH has. */
function amount({ token, amount: units }: { readonly token: string; readonly amount: string }): string {
  const text = token === "ETH" ? `${formatEther(units)} ETH` : `${formatUnits(units, 18)} DEMO`;
  return text.padEnd(12);
}

function short(hash: string): string {
  return `tx ${hash.slice(0, 10)}…${hash.slice(-4)}`;
}

function summary({ chainId, rpcUrls, l1Url, explorerUrl }: Seen): string {
  const accounts = Array.from({ length: DEV_ACCOUNTS - 1 }, (_, i) => devAccount(i));
  return [
    "",
    `  Explorer        ${explorerUrl}`,
    `  Sidechain RPC   ${rpcUrls[0]}   chain id ${chainId}   (HTTP and websocket on one port)`,
    ...rpcUrls.slice(1).map((url) => `                  ${url}`),
    `  L1 RPC          ${l1Url}   chain id 31337`,
    "",
    "  Add it to a wallet (MetaMask: Networks → Add a network manually)",
    `    Network name  Causeway devnet      New RPC URL      ${rpcUrls[0]}`,
    `    Chain ID      ${String(chainId).padEnd(20)} Currency symbol  ETH`,
    `    Block explorer URL  ${explorerUrl}`,
    "",
    `  Accounts with 100 ETH on the sidechain and test ether on L1 (mnemonic "${DEV_MNEMONIC}")`,
    ...accounts.slice(0, 3).map((account) => `    ${account.address}  key ${account.privateKey}`),
    `    … and ${accounts.length - 3} more of the same mnemonic`,
    "",
    "  Ctrl-C ends everything.",
    "",
  ].join("\n");
}
