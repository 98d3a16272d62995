import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Findings } from "@adk/core";
import { temporaryDirectory } from "@adk/testing";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseRegions } from "../src/regions/parse-regions.ts";
import { WantedRegions } from "../src/regions/wanted-regions.ts";
import { traceReportPage } from "../src/report/report-page.ts";
import { makeTraceReport } from "../src/report/trace-report.ts";
import { regionsTable } from "../src/tables/regions.ts";
import { TABLES } from "../src/tables/tables.ts";
import { SyntheticTrace } from "../src/testing/synthetic-trace.ts";

const CHROMIUM = "/usr/bin/chromium";
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const HOSTILE = "</script><img src=x onerror=alert(1)>.exe";

const EVENT = (opcode: number) => `<Event Provider="{3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c}" Opcode="${opcode}"/>`;
const REGIONS = `<InstrumentationManifest><Instrumentation><Regions>
<RegionRoot Guid="{00000000-0000-0000-0000-000000000001}" Name="Lives of &lt;/script&gt;">
<Region Guid="{00000000-0000-0000-0000-000000000002}" Name="Life"><Start>${EVENT(1)}</Start><Stop>${EVENT(2)}</Stop></Region>
<Region Guid="{00000000-0000-0000-0000-000000000003}" Name="Birth"><Start>${EVENT(1)}</Start></Region>
</RegionRoot></Regions></Instrumentation></InstrumentationManifest>`;

const missing = !existsSync(CHROMIUM);
if (missing && process.env.CI === "true") throw new Error(`The browser tests need Chromium: ${CHROMIUM} is not there.`);

describe.skipIf(missing)("the page of a synthetic trace in a browser", () => {
  let browser: Browser;
  let url = "";

  beforeAll(async () => {
    const trace = new SyntheticTrace({ header: { processors: 2, eventsLost: 3 } })
      .process(100, "app.exe", { start: 1, end: 900 })
      .process(200, HOSTILE)
      .thread(104, 100, { start: 1.5 })
      .thread(204, 200)
      .image(100, 0x7ff6_0000_0000, 0x10000, "C:\\app.exe", 1.2);
    for (let at = 0; at < 60; at++) {
      trace.sample(100 + at, 0, at % 3 === 0 ? 204 : 104, [0x7ff6_0000_0010 + at, 0x7ff6_0000_0020]);
      trace.diskTransfer(200 + at, 200.5 + at, { thread: 104, irp: at + 1 });
    }
    const bytes = new TextEncoder().encode(REGIONS);
    const regions = new WantedRegions(parseRegions([{ bytes }], new Findings()));
    const analysis = await trace.analyze([...TABLES, regionsTable(regions)]);
    const made = await makeTraceReport(analysis, ["synthetic.etl"], new Findings(), { regions });
    const file = join(temporaryDirectory(), "report.html");
    writeFileSync(file, traceReportPage(made));
    url = pathToFileURL(file).href;
    const args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];
    browser = await chromium.launch({ executablePath: CHROMIUM, args });
  });

  afterAll(() => browser?.close());

  async function open(options: BrowserContextOptions): Promise<{ page: Page; complaints: string[] }> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, offline: true, ...options });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("request", (request) => {
      if (request.url().split("#")[0] !== url && !request.url().startsWith("data:")) complaints.push(request.url());
    });
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(url);
    return { page, complaints };
  }

  test.each(["light", "dark"] as const)(
    "asks the network for nothing, and axe finds no violation, in %s",
    async (colorScheme) => {
      const { page, complaints } = await open({ colorScheme });
      for (const summary of await page.locator("figure > details > summary").all()) await summary.click();
      await page.evaluate(AXE);
      const found = (await page.evaluate("axe.run()")) as { violations: { id: string; nodes: { html: string }[] }[] };
      expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`)).toEqual([]);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
  );

  test("leads from each sentence to what proves it", async () => {
    const { page, complaints } = await open({});
    const story = page.locator(".story");
    expect(await story.textContent()).toContain("Not safe: 3 events were lost while recording.");
    for (const link of await story.getByRole("link").all()) {
      const target = page.locator(`[id="${(await link.getAttribute("href"))?.slice(1)}"]`);
      expect(await target.count()).toBe(1);
    }
    await story.getByRole("link", { name: "Disk Usage" }).first().click();
    const rows = page.getByRole("table", { name: "Disk Usage", exact: true }).locator("tbody tr");
    expect(await rows.count()).toBe(20);
    expect(await page.getByRole("searchbox", { name: "Filter Disk Usage" }).inputValue()).toBe("app.exe");
    await story.getByRole("link", { name: "app.exe" }).last().click();
    expect(await page.locator("figure.timeline").getByRole("status").textContent()).toBe("1.00 ms to 900 ms");
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("is whole without JavaScript", async () => {
    const { page } = await open({ javaScriptEnabled: false });
    expect(await page.locator(".story li").count()).toBeGreaterThan(4);
    expect(await page.getByRole("table", { name: "Disk Usage", exact: true }).locator("tbody tr").count()).toBe(60);
    await page.locator("figure.timeline > details > summary").click();
    const lives = page.getByRole("table", { name: "Regions: Lives of </script>" });
    expect(await lives.locator("tbody tr").allTextContents()).toEqual([expect.stringContaining("Life")]);
    expect(await page.locator(".flames .tile").count()).toBeGreaterThan(3);
    await page.context().close();
  });
});
