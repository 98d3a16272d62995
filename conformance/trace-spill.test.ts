import { createHash } from "node:crypto";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Findings } from "@adk/core";
import { temporaryDirectory } from "@adk/testing";
import {
  Analysis,
  EXPORT_TABLES,
  exportSource,
  makeTraceReport,
  openTrace,
  PROFILE_FORMATS,
  sampleTable,
  TABLE_FORMATS,
  TABLES,
  traceReportPage,
  writeExport,
} from "@adk/trace";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWithData } from "./support/data.ts";

/** With this much every real trace has more rows than fit. */
const SMALL = 2 ** 16;

const hashOf = (...parts: (string | Uint8Array)[]) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
};

/** What is made of a trace: each table, the report, each export. */
async function madeOf(paths: readonly string[], memory: number | undefined): Promise<Record<string, string>> {
  const made: Record<string, string> = {};
  {
    await using opened = await openTrace(paths);
    using analysis = await Analysis.of(opened.trace, TABLES, { memory });
    for (const table of TABLES) made[`table ${table.name}`] = hashOf(JSON.stringify([...table.rows(analysis)]));
    expect(analysis.model.memory.spilledChunks > 0).toBe(memory !== undefined);
    made["report"] = hashOf(traceReportPage(await makeTraceReport(analysis, ["a.etl"], new Findings())));
  }
  await using opened = await openTrace(paths);
  using analysis = await Analysis.of(opened.trace, EXPORT_TABLES, { memory });
  const source = await exportSource(analysis, "a.etl");
  for (const { name, pieces, gzip } of PROFILE_FORMATS) made[name] = await exported(pieces(source), gzip);
  for (const { name, pieces } of TABLE_FORMATS) made[name] = await exported(pieces(sampleTable(source)));
  return made;
}

async function exported(pieces: Parameters<typeof writeExport>[0], gzip?: boolean): Promise<string> {
  const blocks: Uint8Array[] = [];
  await writeExport(pieces, { write: async (block) => void blocks.push(block) }, { gzip });
  return hashOf(...blocks);
}

describeWithData("trace", (directory) => {
  const temporary = join(temporaryDirectory(), "spill");
  const { TMPDIR } = process.env;

  beforeAll(() => {
    mkdirSync(temporary);
    process.env["TMPDIR"] = temporary;
  });
  afterAll(() => {
    if (TMPDIR === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = TMPDIR;
  });

  test.each([["net.4.5.2.x64.etl.zip"], ["diaghub-dotnetcore3.1-win-x64-diagsession.zip"]])(
    "%s: nothing changes where rows go to files",
    { timeout: 60_000 },
    async (name) => {
      const paths = [join(directory, name)];
      expect(await madeOf(paths, SMALL)).toEqual(await madeOf(paths, undefined));
      expect(readdirSync(temporary)).toEqual([]);
    },
  );
});
