import { SyntheticTrace } from "./synthetic-trace.ts";

/** Of the events of `traceOf`. */
export const NUMBERED_PROVIDER = "11111111-2222-3333-4444-555555555555";
const MANIFEST = `<instrumentationManifest xmlns="http://schemas.microsoft.com/win/2004/08/events"><instrumentation><events>
<provider name="Test-Provider" guid="{${NUMBERED_PROVIDER}}" symbol="T" resourceFileName="t" messageFileName="t">
<tasks><task name="Load" value="1"/><task name="Other" value="2"/></tasks>
<templates><template tid="T"><data name="Number" inType="win:UInt32"/><data name="Name" inType="win:UnicodeString"/></template></templates>
<events><event value="1" version="0" task="Load" opcode="win:Start" template="T"/><event value="2" version="0" task="Load" opcode="win:Stop" template="T"/>
<event value="3" version="0" task="Other" template="T"/></events>
</provider></events></instrumentation></instrumentationManifest>`;

export interface NumberedEvent {
  readonly id: number;
  readonly number?: number;
  readonly name?: string;
  readonly pid?: number;
  readonly tid?: number;
  readonly activityId?: string;
}

/** A trace with events 1 (`Load/Start`), 2 (`Load/Stop`) and 3 (`Other`) of a provider, whose manifest it carries. */
export function traceOf(...events: readonly (readonly [time: number, event: NumberedEvent])[]): SyntheticTrace {
  const trace = new SyntheticTrace().process(100, "app.exe").process(200, "other.exe");
  const common = { header: "event", provider: NUMBERED_PROVIDER } as const;
  const manifest = Uint8Array.from([1, 1, 0, 0x5b, 1, 0, 0, 0, ...new TextEncoder().encode(MANIFEST)]);
  const timeStamp = trace.timeStamp(0);
  trace.record({ ...common, id: 0xfffe, timeStamp, payload: manifest, processId: 100, threadId: 104 });
  for (const [time, { id, number = 0, name = "", pid = 100, tid = 104, activityId }] of events) {
    const text = Buffer.from(`${name}\0`, "utf16le");
    const payload = Uint8Array.from([...new Uint8Array(Uint32Array.of(number).buffer), ...text]);
    const opcode = id < 3 ? id : 0;
    const own = { id, opcode, timeStamp: trace.timeStamp(time), processId: pid, threadId: tid, payload };
    trace.record({ ...common, ...own, ...(activityId ? { activityId } : {}) });
  }
  return trace;
}
