import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EtlWriter } from "@adk/etl";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inspectFile } from "./inspect-file.ts";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "adk-etl-format-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

test("an event trace log", async () => {
  const path = join(directory, "trace.etl");
  const header = { osBuild: 26_100, startTime: 133_500_000_000_000_000n, sessionName: "sample", eventsLost: 2 };
  await using writer = await EtlWriter.create(path, { header });
  writer.add(3, { header: "perfinfo", hook: 0x0f2e, timeStamp: 70_000_000n, payload: new Uint8Array(16) });
  await writer.finish();
  expect(await inspectFile(path)).toMatchObject({
    format: "etl",
    description: "Event trace log (build 26100, 2 buffers, 2 events lost)",
    facts: {
      version: "10.0.1.5",
      processors: 4,
      clock: "qpc",
      startTime: "2024-01-17T21:20:00.0000000Z",
      endTime: "2024-01-17T21:20:07.0000000Z",
      bootTime: undefined,
      sessionName: "sample",
      buffers: 2,
      finalised: true,
    },
    findings: [],
  });
});
