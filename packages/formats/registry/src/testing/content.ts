import { type Hive, walkKeys } from "../index.ts";

/** All keys and values of a hive, a line each: paths, types and data in hex. */
export function contentOf(hive: Hive): string[] {
  const lines: string[] = [];
  for (const { key, path, values } of walkKeys(hive.root)) {
    lines.push(`${path} class=${key.className ?? ""} security=${key.securityDescriptor?.length ?? 0}`);
    for (const value of values) {
      const data = hive.attempt(() => Buffer.from(value.data()).toString("hex"));
      lines.push(`${path} : ${value.name} = ${value.type} ${data}`);
    }
  }
  return lines;
}
