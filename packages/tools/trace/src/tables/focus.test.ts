import { expect, test } from "vitest";
import { SyntheticTrace } from "../testing/synthetic-trace.ts";
import { focusTable } from "./focus.ts";

const WIN32K = "8c416c79-d49b-4f01-a467-e56d3aa8234c";

const MANIFEST = `<instrumentationManifest xmlns="http://schemas.microsoft.com/win/2004/08/events"><instrumentation><events>
<provider name="Microsoft-Windows-Win32k" guid="{${WIN32K}}" symbol="W" resourceFileName="w" messageFileName="w">
<tasks><task name="FocusedProcessChange" value="26"/></tasks>
<templates><template tid="Focus"><data name="OldProcessId" inType="win:UInt32"/><data name="NewProcessId" inType="win:UInt32"/>
<data name="SessionId" inType="win:UInt32"/></template></templates>
<events><event value="26" version="0" task="FocusedProcessChange" template="Focus"/></events>
</provider></events></instrumentation></instrumentationManifest>`;

test("the process in focus, in a synthetic trace that carries the manifest of the events", async () => {
  const trace = new SyntheticTrace().process(100, "editor.exe").process(200, "browser.exe");
  const common = { header: "event", provider: WIN32K, processId: 4, threadId: 8 } as const;
  // Format 1 of version 1.0, the magic number, chunk 0 of 1.
  const manifest = Uint8Array.from([1, 1, 0, 0x5b, 1, 0, 0, 0, ...new TextEncoder().encode(MANIFEST)]);
  trace.record({ ...common, id: 0xfffe, timeStamp: trace.timeStamp(0), payload: manifest });
  const change = (time: number, from: number, to: number) => {
    const payload = new Uint8Array(Uint32Array.of(from, to, 1).buffer);
    trace.record({ ...common, id: 26, timeStamp: trace.timeStamp(time), payload });
  };
  change(10, 100, 200);
  change(30, 200, 0);
  change(40, 0, 100);
  change(45, 100, 200);
  expect(await trace.rows(focusTable)).toEqual([
    { process: "editor.exe", pid: 100, start: 0, end: 10, duration: 10 },
    { process: "browser.exe", pid: 200, start: 10, end: 30, duration: 20 },
    { process: "editor.exe", pid: 100, start: 40, end: 45, duration: 5 },
    { process: "browser.exe", pid: 200, start: 45, end: 45, duration: 0 },
  ]);
  expect(await trace.rows(focusTable, { range: { from: 35, to: 41 } })).toMatchObject([{ pid: 100 }]);
});
