import { taskEvents } from "../transitions/provider-tasks.ts";
import { type FieldValues, payloadOf } from "./event-payload.ts";
import type { SyntheticTrace } from "./synthetic-trace.ts";

export interface ProviderEventSource {
  readonly pid?: number;
  readonly tid?: number;
  readonly cpu?: number;
  /** Default: the first one whose fields are known. */
  readonly version?: number;
}

/**
 * Adds an event of a provider that tells of boots, logons, shutdowns or sleeps.
 *
 * @param name `Winlogon/AuthenticateUser/Start`: the provider without `Microsoft-Windows-`; of several ends of a task, the first
 */
export function providerEvent(
  trace: SyntheticTrace,
  name: string,
  time: number,
  fields: FieldValues = {},
  { pid = 4, tid = 8, cpu = 0, version }: ProviderEventSource = {},
): SyntheticTrace {
  const found = taskEvents().find(({ layout }) => layout.name === `Microsoft-Windows-${name}`);
  if (!found) throw new TypeError(`no event of a provider is called ${name}`);
  const { layout } = found;
  const record = {
    header: "event",
    provider: layout.provider.guid,
    id: layout.id as number,
    version: version ?? layout.version,
    timeStamp: trace.timeStamp(time),
    processId: pid,
    threadId: tid,
    payload: payloadOf(layout, fields),
  } as const;
  return trace.record(record, cpu);
}
