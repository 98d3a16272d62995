import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { largeReport, sampleReport, timeReport } from "./sample-report.ts";

const CHROMIUM = "/usr/bin/chromium";
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const missing = !existsSync(CHROMIUM);
if (missing && process.env.CI === "true") throw new Error(`The browser tests need Chromium: ${CHROMIUM} is not there.`);

if (missing) process.stderr.write(`The browser tests are skipped: ${CHROMIUM} is not there.\n`);

describe.skipIf(missing)("in a browser", () => {
  let browser: Browser;
  let directory: string;
  const pages: Page[] = [];
  /** What no page may cause: requests, messages on the console, errors. */
  const complaints: string[] = [];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "adk-report-"));
    writeFileSync(join(directory, "sample.html"), sampleReport());
    writeFileSync(join(directory, "large.html"), largeReport());
    writeFileSync(join(directory, "time.html"), timeReport());
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
  });

  afterEach(async () => {
    await Promise.all(pages.splice(0).map((page) => page.context().close()));
    expect(complaints.splice(0)).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  async function open(name: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    pages.push(page);
    const url = pathToFileURL(join(directory, name)).href;
    page.on("request", (request) => {
      if (request.url().split("#")[0] !== url && !request.url().startsWith("data:"))
        complaints.push(`request ${request.url()}`);
    });
    page.on("console", (message) => complaints.push(`console: ${message.text()}`));
    page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
    page.on("dialog", (dialog) => complaints.push(`dialog: ${dialog.message()}`));
    await page.goto(url);
    return page;
  }

  /** The violations that axe finds, each with the places. */
  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(AXE);
    const found = (await page.evaluate("axe.run()")) as { violations: { id: string; nodes: { html: string }[] }[] };
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
  }

  const column = (page: Page, caption: string) =>
    page.getByRole("table", { name: caption, exact: true }).locator("tbody th").allTextContents();
  const status = (page: Page, caption: string) =>
    page.locator("figure.table", { has: page.getByRole("table", { name: caption, exact: true }) }).getByRole("status");

  it.each(["light", "dark"] as const)("has no violation that axe can find in the %s scheme", async (colorScheme) => {
    const page = await open("sample.html", { colorScheme });
    await page.locator("summary").click();
    expect(await violations(page)).toEqual([]);
  });

  it("has none on a small screen, nor is it wider than that", async () => {
    const page = await open("sample.html", { viewport: { width: 320, height: 640 } });
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
  });

  it("sorts by keyboard and tells it", async () => {
    const page = await open("sample.html");
    const header = page.getByRole("columnheader", { name: "Size" }).first();
    await header.getByRole("button").focus();
    await page.keyboard.press("Enter");
    expect(await header.getAttribute("aria-sort")).toBe("ascending");
    expect((await column(page, "Files")).slice(0, 3)).toEqual(["file-0.dll", "file-1.dll", "file-2.dll"]);
    await page.keyboard.press("Space");
    expect(await header.getAttribute("aria-sort")).toBe("descending");
    expect((await column(page, "Files")).slice(0, 2)).toEqual(["file-119.dll", "file-118.dll"]);
    expect(await status(page, "Files").textContent()).toBe("Rows 1–50 of 120, by Size, descending");
    await page.keyboard.press("Enter");
    expect(await header.getAttribute("aria-sort")).toBeNull();
    expect((await column(page, "Files"))[0]).toBe("file-60.dll");
  });

  it("filters and pages by keyboard", async () => {
    const page = await open("sample.html");
    await page.getByRole("searchbox", { name: "Filter Files" }).focus();
    await page.keyboard.type("DLL file-11");
    expect((await column(page, "Files")).sort()).toEqual(
      ["11", ...Array.from({ length: 10 }, (_, index) => `11${index}`)].map((name) => `file-${name}.dll`).sort(),
    );
    expect(await status(page, "Files").textContent()).toBe("11 matching, 120 in all");
    await page.keyboard.type("nothing");
    expect(await page.getByText("No row matches the filter.").isVisible()).toBe(true);
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Delete");
    await page.getByRole("button", { name: "Next" }).focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    expect(await status(page, "Files").textContent()).toBe("Rows 101–120 of 120");
    expect(await page.getByRole("button", { name: "Next" }).getAttribute("aria-disabled")).toBe("true");
  });

  it("shows 50,000 rows, sorted and filtered", async () => {
    const page = await open("large.html");
    expect(await page.locator("tbody tr").count()).toBe(50);
    await page.getByRole("button", { name: "Last" }).click();
    expect((await column(page, "Many"))[49]).toBe("row 49999 </script>");
    await page.getByRole("button", { name: "Size" }).click();
    expect((await column(page, "Many"))[0]).toBe("row 0 </script>");
    await page.getByRole("searchbox").fill("row 4999");
    expect(await status(page, "Many").textContent()).toBe("15 matching, 50,000 in all, by Size, ascending");
    expect(await violations(page)).toEqual([]);
  });

  it("opens parts of a treemap by keyboard and goes back", async () => {
    const page = await open("sample.html");
    const chart = page.locator(".chart");
    await chart.getByRole("button", { name: /^Windows .*opens$/ }).focus();
    await page.keyboard.press("ArrowRight");
    expect(await page.locator(":focus").getAttribute("aria-label")).toMatch(/^Users 1.00 GiB/);
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Enter");
    expect(await chart.locator(".trail [aria-current]").textContent()).toBe("Windows");
    expect(await page.locator(":focus").getAttribute("aria-label")).toBe("System32 3.00 GiB, 75 %");
    expect(await chart.locator(".readout").textContent()).toBe("System32 · 3.00 GiB · 75 % of Windows");
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    expect(await page.locator(":focus").getAttribute("aria-label")).toMatch(/^Windows 4.00 GiB/);
  });

  it("opens parts of a treemap by mouse", async () => {
    const page = await open("sample.html");
    const chart = page.locator(".chart");
    await chart.locator(".tile").first().click();
    expect(await chart.locator(".trail [aria-current]").textContent()).toBe("Windows");
    await chart.getByRole("button", { name: "image", exact: true }).click();
    expect(await chart.locator(".trail [aria-current]").textContent()).toBe("image");
  });

  it.each(["light", "dark"] as const)(
    "has no violation in timelines and flame graphs in the %s scheme",
    async (colorScheme) => {
      const page = await open("time.html", { colorScheme });
      for (const summary of await page.locator("figure > details > summary").all()) await summary.click();
      expect(await violations(page)).toEqual([]);
      const small = await open("time.html", { colorScheme, viewport: { width: 320, height: 640 } });
      expect(await violations(small)).toEqual([]);
      expect(await small.evaluate("document.documentElement.scrollWidth")).toBe(320);
    },
  );

  it("moves a timeline's cursor and zooms it by keyboard", async () => {
    const page = await open("time.html");
    const slider = page.getByRole("slider", { name: "Timeline: time" });
    await slider.focus();
    await page.keyboard.press("ArrowRight");
    expect(await slider.getAttribute("aria-valuenow")).toBe("20");
    expect(await slider.getAttribute("aria-valuetext")).toMatch(/^20\.0 ms · Use: .*10 %, second\.exe 5 %$/);
    await page.keyboard.press("End");
    expect(await slider.getAttribute("aria-valuetext")).toBe("1.00 s · Use: second.exe 20 %");
    await page.keyboard.press("+");
    const part = page.locator("figure.timeline").getByRole("status");
    expect(await part.textContent()).toBe("400 ms to 1.00 s");
    await page.keyboard.press("PageUp");
    expect(await part.textContent()).toBe("280 ms to 880 ms");
    await page.keyboard.press("Escape");
    expect(await part.textContent()).toBe("All");
  });

  it("zooms and moves a timeline by mouse", async () => {
    const page = await open("time.html");
    const part = page.locator("figure.timeline").getByRole("status");
    const box = await page.locator(".timeline .axis").boundingBox();
    if (!box) throw new Error("The timeline has no axis.");
    const middle = box.x + box.width / 2;
    await page.mouse.move(middle, box.y + 60);
    expect(await page.locator(".timeline .readout").textContent()).toMatch(/^500 ms · Use: second\.exe 20 % · mark /);
    await page.keyboard.down("Control");
    await page.mouse.wheel(0, -100);
    await page.keyboard.up("Control");
    await expect.poll(() => part.textContent()).toBe("200 ms to 800 ms");
    await page.mouse.down();
    await page.mouse.move(middle - box.width / 6, box.y + 60, { steps: 4 });
    await page.mouse.up();
    expect(await part.textContent()).toBe("300 ms to 900 ms");
    await page.getByRole("button", { name: "Zoom out" }).click();
    expect(await part.textContent()).toBe("All");
  });

  it("follows links to a time and to rows", async () => {
    const page = await open("time.html");
    await page.getByRole("link", { name: "The middle" }).click();
    expect(await page.locator("figure.timeline").getByRole("status").textContent()).toBe("400 ms to 600 ms");
    await page.getByRole("link", { name: "a row" }).click();
    expect(await column(page, "Rows")).toEqual(["row 13"]);
  });

  it("zooms in a flame graph by keyboard and goes back", async () => {
    const page = await open("time.html");
    const chart = page.locator(".flames");
    const focused = () => page.locator(":focus").getAttribute("aria-label");
    await chart.getByRole("button", { name: /^All / }).focus();
    await page.keyboard.press("ArrowDown");
    expect(await focused()).toMatch(/onerror.* 300 ms, 42\.9 %$/);
    await page.keyboard.press("ArrowRight");
    expect(await focused()).toBe("other.exe 300 ms, 42.9 %");
    await page.keyboard.press("Enter");
    expect(await chart.locator(".tile").count()).toBe(3);
    await page.keyboard.press("ArrowDown");
    expect(await page.locator(".flame-graph .readout").textContent()).toBe(
      "app.exe!main 200 ms, 28.6 % · in itself 200 ms, 28.6 %",
    );
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    expect(await focused()).toBe("All 700 ms, 100 %");
    expect(await chart.locator(".tile").count()).toBe(36);
  });

  it("zooms in a flame graph by mouse, and searches it", async () => {
    const page = await open("time.html");
    const chart = page.locator(".flames");
    await page.getByRole("searchbox", { name: "Search Calls" }).fill("MAIN");
    expect(await page.locator("figure.flame-graph").getByRole("status").textContent()).toBe("1 found: 450 ms, 64.3 %");
    expect(await chart.locator(".found").count()).toBe(2);
    await chart.locator(".found").first().click();
    expect(await chart.locator(".tile").count()).toBe(3);
    await page.locator(".flame-graph").getByRole("button", { name: "All", exact: true }).click();
    expect(await chart.locator(".tile").count()).toBe(36);
  });

  it("has timelines and flame graphs without JavaScript", async () => {
    const page = await open("time.html", { javaScriptEnabled: false });
    expect(await page.locator(".drawing").count()).toBe(3);
    expect(await page.locator(".flames .tile").count()).toBe(36);
    for (const summary of await page.locator("figure > details > summary").all()) await summary.click();
    const series = page.getByRole("table", { name: "Use (%)" });
    expect(await series.locator("tbody tr").count()).toBe(25);
    expect((await series.locator("tbody tr").first().innerText()).split("\t")).toEqual(["0 s to 40.0 ms", "10", "5"]);
    const outline = page.locator(".outline");
    expect(await outline.getByText("other.exe").isVisible()).toBe(true);
    expect(await outline.getByText("deep.dll!last").isVisible()).toBe(true);
  });

  it("switches the theme and keeps the choice", async () => {
    const page = await open("sample.html", { colorScheme: "light" });
    const background = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
    const light = await background();
    await page.getByRole("button", { name: "Dark theme" }).click();
    const dark = await background();
    expect(dark).not.toBe(light);
    await page.reload();
    expect(await background()).toBe(dark);
    await page.getByRole("button", { name: "Light theme" }).click();
    expect(await background()).toBe(light);
  });

  it("leads to the content first, and from the contents to a section", async () => {
    const page = await open("sample.html");
    await page.keyboard.press("Tab");
    expect(await page.locator(":focus").textContent()).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    expect(await page.locator(":focus").getAttribute("id")).toBe("content");
    await page.getByRole("navigation", { name: "Contents" }).getByRole("link", { name: "Files" }).click();
    expect(await page.getByRole("heading", { name: "Files" }).isVisible()).toBe(true);
    await page.waitForSelector('.contents a[aria-current][href="#section-files"]');
  });

  it("is whole without JavaScript", async () => {
    const page = await open("sample.html", { javaScriptEnabled: false });
    expect(await column(page, "Files")).toHaveLength(120);
    expect(await page.locator("button, input").count()).toBe(0);
    expect(await page.locator(".tile").count()).toBe(3);
    const large = await open("large.html", { javaScriptEnabled: false });
    expect(await large.locator("noscript").innerText()).toContain("The first 1,000 of 50,000 rows.");
  });

  it("prints whole tables and no controls", async () => {
    const page = await open("sample.html");
    await page.emulateMedia({ media: "print" });
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await column(page, "Files")).toHaveLength(120);
    expect(await page.locator("button:visible:not(.sort), input:visible").count()).toBe(0);
    expect((await page.pdf({ format: "A4" })).length).toBeGreaterThan(10_000);
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    expect(await column(page, "Files")).toHaveLength(50);
  });

  it("runs nothing that got in", async () => {
    const page = await open("sample.html");
    await page.evaluate(`
      document.body.insertAdjacentHTML("beforeend", '<img src="data:," onerror="window.intruded = 1">');
      const script = document.createElement("script");
      script.textContent = "window.intruded = 2";
      document.body.append(script);
    `);
    expect(await page.evaluate("window.intruded")).toBeUndefined();
    // The policy says on the console what it refused.
    const refused = complaints.splice(0);
    expect(refused.length).toBeGreaterThan(0);
    for (const complaint of refused) expect(complaint).toMatch(/Content Security Policy/);
  });
});
