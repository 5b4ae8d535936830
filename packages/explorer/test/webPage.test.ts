import { strict as assert } from "node:assert";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ETH_TOKEN } from "@causeway/protocol/transferData";
import type { Browser, Page } from "playwright-core";
import { WEB_DIR } from "../src/rest/webPages.js";
import type { Explorer } from "../src/startExplorer.js";
import {
  CertifiedChain,
  type MadeTransaction,
  type ServedChain,
  serveChain,
  transactionHash,
} from "./support/certifiedChain.js";
import { CHROMIUM_PATH, launchChromium } from "./support/chromium.js";
import {
  ALICE,
  BRIDGE,
  checkpointAccepted,
  depositDelivered,
  depositSent,
  rootAccepted,
  TOKEN,
  withdrawalClaimed,
  withdrawalSent,
} from "./support/crossing.js";
import { Doorway } from "./support/doorway.js";
import { startTestExplorer } from "./support/explorerUnderTest.js";
import { type TempDir, tempDir } from "./support/tempDir.js";
import { waitFor } from "./support/waitFor.js";

const BLOCKS_BEFORE = 60;
/** A bound on waiting, for machines that are busy. */
const WAIT_MS_MAX = 150_000;
const WIDTHS = [360, 768, 1440] as const;

describe("web page in a browser", () => {
  // Blocks dated around now, so that ages read as on a living chain.
  const startTime = Math.floor(Date.now() / 1_000) - BLOCKS_BEFORE - 8;
  const chain = new CertifiedChain({ startTime });
  const l1 = new CertifiedChain({
    chainId: BRIDGE.l1ChainId,
    startTime,
    finalityDepth: 2,
    contracts: [BRIDGE.outbox],
  });
  const served: ServedChain[] = [];
  let dir: TempDir;
  let explorer: Explorer;
  let browser: Browser;

  before(async function () {
    if (CHROMIUM_PATH === null) {
      console.log("      no chromium on this machine (looked in /usr/bin; CAUSEWAY_CHROMIUM names another)");
      this.skip();
    }
    requirePage();
    fillChains(chain, l1);
    dir = await tempDir();
    served.push(await serveChain(chain), await serveChain(l1));
    const [rpcUrl = "", l1RpcUrl = ""] = served.map(({ url }) => url);
    explorer = await startTestExplorer({ rpcUrl, l1RpcUrl, bridge: BRIDGE, dataDir: dir.path });
    browser = await launchChromium(CHROMIUM_PATH);
  });

  after(async () => {
    await browser?.close();
    await explorer?.close();
    for (const { close } of served) await close();
    await dir?.remove();
  });

  it("shows new blocks by itself, without a console error", async () => {
    const { page, problems } = await open(explorer.url, browser, 1440);
    await shows(page, "blocks", `[data-block="${chain.blocks.length - 1}"]`);
    chain.seal([transfer(1n)]);
    await shows(page, "blocks", `[data-block="${chain.blocks.length - 1}"]`);
    // Tiles and rows are fetched each by itself.
    await page
      .getByTestId("height")
      .getByText(String(chain.blocks.length - 1), { exact: true })
      .waitFor();
    assert.deepEqual(problems, []);
    await page.close();
  });

  it("shows who sealed and proposed, and how far each transfer came", async () => {
    const { page, problems } = await open(explorer.url, browser, 1440);
    for (const state of ["seen", "attested", "delivered", "certified", "claimable", "claimed"])
      await shows(page, "transfers", `[data-state="${state}"]`);
    assert.equal(await page.getByTestId("validators").locator("li").count(), 4);
    assert.deepEqual(problems, []);
    await page.close();
  });

  it("finds a block, a transaction and an address by the search box", async () => {
    const { page, problems } = await open(explorer.url, browser, 1440);
    const searches = [
      { query: "1", heading: "Block 1" },
      { query: transactionHash(5, 0), heading: "Transaction" },
      { query: ALICE, heading: "Address" },
    ];
    for (const { query, heading } of searches) {
      await page.getByLabel("Block number, hash or address").fill(query);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { level: 1, name: heading }).waitFor();
    }
    await page.getByLabel("Block number, hash or address").fill("not a thing");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("is not a block number").waitFor();
    // The browser itself reports the 400 of the refused search.
    assert.deepEqual(
      problems.filter((problem) => !problem.includes("400")),
      [],
    );
    await page.close();
  });

  it("says when the connection is lost and resumes without a gap", async () => {
    const door = await Doorway.open();
    door.leadTo(portOf(explorer));
    const { page } = await open(`http://127.0.0.1:${door.port}`, browser, 1440);
    await page.getByTestId("connection").getByText("live", { exact: true }).waitFor();
    door.leadTo(null);
    await explorer.close();
    await page.getByTestId("connection").getByText("reconnecting").waitFor();
    const before = chain.blocks.length;
    chain.seal();
    chain.seal();
    const [rpcUrl = "", l1RpcUrl = ""] = served.map(({ url }) => url);
    explorer = await startTestExplorer({
      rpcUrl,
      l1RpcUrl,
      bridge: BRIDGE,
      dataDir: dir.path,
    });
    door.leadTo(portOf(explorer));
    await page.getByTestId("connection").getByText("live", { exact: true }).waitFor();
    await shows(page, "blocks", `[data-block="${before + 1}"]`);
    const heights = await page
      .getByTestId("blocks")
      .locator("li")
      .evaluateAll((rows) => rows.map((row) => Number(row.getAttribute("data-block"))));
    assert.deepEqual(
      heights,
      heights.map((_, i) => before + 1 - i),
    );
    await page.close();
    await door.close();
  });

  for (const width of WIDTHS) {
    it(`fits ${width} px`, async () => {
      const { page, problems } = await open(explorer.url, browser, width);
      await shows(page, "transfers", "li");
      const overflow = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      );
      assert.equal(overflow, 0, "nothing sticks out to the right");
      await screenshot(page, `explorer-${width}`);
      await page.emulateMedia({ colorScheme: "dark" });
      await screenshot(page, `explorer-${width}-dark`);
      await page.emulateMedia({ colorScheme: "light" });
      for (const [name, path] of [
        ["block", "/block/5"],
        ["transaction", `/tx/${transactionHash(5, 0)}`],
      ] as const) {
        await page.goto(`${explorer.url}${path}`);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page.getByText("Gas used").waitFor();
        await screenshot(page, `explorer-${name}-${width}`);
      }
      assert.deepEqual(problems, []);
      await page.close();
    });
  }
});

describe("running explorer named by CAUSEWAY_EXPLORER_URL", () => {
  const url = process.env.CAUSEWAY_EXPLORER_URL;

  for (const width of WIDTHS) {
    it(`shows its chain at ${width} px`, async function () {
      if (url === undefined || CHROMIUM_PATH === null) return this.skip();
      const browser = await launchChromium(CHROMIUM_PATH);
      const { page, problems } = await open(url, browser, width);
      await shows(page, "blocks", "li");
      await screenshot(page, `devnet-${width}`);
      await page.emulateMedia({ colorScheme: "dark" });
      await screenshot(page, `devnet-${width}-dark`);
      await browser.close();
      assert.deepEqual(problems, []);
    });
  }
});

async function portOf({ url }: Explorer): Promise<number> {
  return Number(new URL(url).port);
}

function requirePage(): void {
  if (existsSync(join(WEB_DIR, "index.html"))) return;
  throw new Error(`${WEB_DIR} holds no page; build it: npm run build:web -w packages/explorer`);
}

async function open(
  url: string,
  browser: Browser,
  width: number,
): Promise<{ page: Page; problems: string[] }> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: "light" });
  const problems: string[] = [];
  page.setDefaultTimeout(WAIT_MS_MAX);
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(error.message));
  await page.goto(url);
  return { page, problems };
}

function shows(page: Page, list: string, selector: string): Promise<true> {
  return waitFor(`${list} to show ${selector}`, async () =>
    (await page.getByTestId(list).locator(selector).count()) > 0 ? true : null,
  );
}

/** Only when CAUSEWAY_SCREENSHOTS names a directory. */
async function screenshot(page: Page, name: string): Promise<void> {
  const target = process.env.CAUSEWAY_SCREENSHOTS;
  if (target === undefined) return;
  await mkdir(target, { recursive: true });
  await page.screenshot({ path: join(target, `${name}.png`), fullPage: true, animations: "disabled" });
}

function transfer(ether: bigint): MadeTransaction {
  return { from: ALICE, to: TOKEN, value: ether * 10n ** 17n };
}

/** A chain with a past: transfers at every stage, one validator that misses blocks. */
function fillChains(chain: CertifiedChain, l1: CertifiedChain): void {
  const eth = { token: ETH_TOKEN, amount: 10n ** 18n };
  const tusd = { token: TOKEN, amount: 100_000_000n };
  const carry = (...logs: MadeTransaction["logs"] & object): MadeTransaction => ({
    from: ALICE,
    to: BRIDGE.vault,
    value: 0n,
    input: "0xa9059cbb",
    logs,
  });
  l1.seal([carry(depositSent({ nonce: 0, ...eth }))]);
  l1.seal([carry(depositSent({ nonce: 1, ...tusd }))]);
  l1.seal([carry(depositSent({ nonce: 2, ...eth, amount: 25n * 10n ** 16n }))]);
  l1.seal([carry(checkpointAccepted(1, 2))]);
  l1.seal([carry(withdrawalClaimed(0))]);
  while (l1.blocks.length < BLOCKS_BEFORE) l1.seal();
  l1.seal([carry(depositSent({ nonce: 3, ...tusd, amount: 5_500_000n }))]);

  for (let i = 0; i < 4; i++) chain.seal();
  chain.seal([transfer(3n), transfer(12n)]);
  chain.seal([carry(rootAccepted(3))]);
  chain.seal([carry(depositDelivered(0)), carry(depositDelivered(1))]);
  chain.seal([carry(withdrawalSent({ nonce: 0, ...eth, amount: 4n * 10n ** 17n }))]);
  chain.seal([carry(withdrawalSent({ nonce: 1, ...tusd, amount: 40_000_000n }))]);
  const late = chain.validators[2];
  while (chain.blocks.length < BLOCKS_BEFORE) {
    const misses = chain.blocks.length % 3 === 0 && late !== undefined ? [late] : [];
    chain.seal(chain.blocks.length % 5 === 0 ? [transfer(BigInt(chain.blocks.length))] : [], misses);
  }
  chain.seal([carry(withdrawalSent({ nonce: 2, ...eth, amount: 1n }))]);
}
