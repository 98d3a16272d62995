import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** An event as PerfView's tests print it: the first five of each kind. */
export interface PrintedEvent {
  /** Milliseconds since the start of the trace, to three decimals. */
  readonly milliseconds: string;
  readonly name: string;
  readonly provider: string;
  /** Bytes of the payload. */
  readonly length: number;
  /** Long values are cut to 20 characters and end with `...`. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

export function readBaseline(path: string): PrintedEvent[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  return text.split(/\r?\n(?=EVENT |COUNT )/).flatMap((line) => {
    const [, milliseconds = "", name = "", rest = ""] = /^EVENT ([\d.,]+): (.*?) PID=(.*)$/s.exec(line.trimEnd()) ?? [];
    if (name === "") return [];
    const fields = `PID=${rest}`.split(/; ?(?=\w+=|$)/).flatMap((each) => {
      const at = each.indexOf("=");
      return at < 0 ? [] : [[each.slice(0, at), each.slice(at + 1)] as const];
    });
    // Process, thread, process name, processor and length come first.
    const length = Number(fields.find(([field]) => field === "DataLen")?.[1]);
    const place = fields.findIndex(([field]) => field === "DataLen") + 1;
    const plain = milliseconds.replaceAll(",", "");
    return [{ milliseconds: plain, name, provider: name.split("/")[0] ?? "", length, fields: fields.slice(place) }];
  });
}
