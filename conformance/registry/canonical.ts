import { createHash } from "node:crypto";
import { type Hive, walkKeys } from "@adk/registry";

export interface CanonicalHive {
  readonly keys: number;
  readonly values: number;
  readonly databytes: number;
  /** SHA-256 over a line for each key (path, time) and value (path, name, type, length, SHA-256), sorted by their bytes. */
  readonly canon: string;
}

/** What a hive holds, in the form in which the truth of the data is told. */
export function canonicalHive(hive: Hive): CanonicalHive {
  const lines: Uint8Array[] = [];
  let keys = 0;
  let databytes = 0;
  for (const { key, path, values } of walkKeys(hive.root)) {
    keys++;
    const name = path === "" ? "" : `\\${path}`;
    lines.push(Buffer.from(`K\t${name}\t${key.lastWritten}`));
    for (const value of values) {
      const data = hive.attempt(() => value.data());
      if (!data) continue;
      databytes += data.length;
      const digest = createHash("sha256").update(data).digest("hex");
      lines.push(Buffer.from(`V\t${name}\t${value.name}\t${value.type}\t${data.length}\t${digest}`));
    }
  }
  const hash = createHash("sha256");
  for (const [index, line] of lines.sort(Buffer.compare).entries()) hash.update(index > 0 ? "\n" : "").update(line);
  return { keys, values: lines.length - keys, databytes, canon: hash.digest("hex") };
}
