import { execFileSync } from "node:child_process";
import { formatRegType, type Hive, numberOf, RegType, textOf, textsOf, type Value, walkKeys } from "@adk/registry";

// What other implementations print of a hive, and what they should print, as lines that can be compared.

/** What `hivexml` prints: it can write to a pipe or a file, not to the socket that Node gives a child. */
export function runHivexml(path: string): string {
  return execFileSync("sh", ["-c", 'hivexml "$0" | cat', path], { encoding: "utf8", maxBuffer: 2 ** 28 });
}

/** `hivexml`: each key with its path, each value with its type and what hivex makes of its data. */
export function fromHivexml(xml: string): string[] {
  const lines: string[] = [];
  const path: string[] = [];
  let texts: string[] | undefined;
  const tags = /<(\/?)(node|value|string)\b([^>]*?)(\/?)>([^<]*)/g;
  for (const [, end, tag, attributes = "", empty, text = ""] of xml.matchAll(tags)) {
    if (end) {
      if (tag === "node") path.pop();
      if (tag === "value" && texts) lines.push(`${lines.pop()} ${JSON.stringify(texts.filter((each) => each !== ""))}`);
      if (tag === "value") texts = undefined;
      continue;
    }
    const attribute = (name: string): string => decodeXml(new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1] ?? "");
    if (tag === "string") {
      texts?.push(decodeXml(text));
    } else if (tag === "node") {
      if (!/ root="1"/.test(attributes)) path.push(attribute("name"));
      lines.push(`[${path.join("\\")}]`);
      if (empty) path.pop();
    } else {
      const type = attribute("type");
      const data = attribute("value");
      const base64 = attribute("encoding") === "base64";
      const shown = base64 ? Buffer.from(data.replace(/\s/g, ""), "base64").toString("hex") : data;
      lines.push(type === "string-list" ? `${attribute("key")}=${type}` : `${attribute("key")}=${type} ${shown}`);
      if (type === "string-list" && !empty) texts = [];
    }
  }
  return lines;
}

function decodeXml(text: string): string {
  const named: Record<string, string> = { quot: '"', amp: "&", lt: "<", gt: ">", apos: "'" };
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (_, decimal, hex, name) => {
    return named[name] ?? String.fromCodePoint(decimal ? Number(decimal) : Number.parseInt(hex, 16));
  });
}

export function likeHivexml(hive: Hive): string[] {
  return listing(hive, (value, data) => {
    switch (value.type) {
      case RegType.SZ:
        return `string ${textOf(data)}`;
      case RegType.EXPAND_SZ:
        return `expand ${textOf(data)}`;
      case RegType.MULTI_SZ:
        return `string-list ${JSON.stringify(textsOf(data))}`;
      case RegType.DWORD:
        return `int32 ${numberOf(value.type, data)}`;
      case RegType.QWORD:
        return `int64 ${numberOf(value.type, data)}`;
      case RegType.BINARY:
        return `binary ${Buffer.from(data).toString("hex")}`;
      default:
        return `${value.type === RegType.NONE ? "none" : "unknown"} ${Buffer.from(data).toString("hex")}`;
    }
  });
}

/** `regfexport`: each key with its path below the root's name, each value with the size of its data and what it shows of it. */
export function fromRegfexport(text: string, rootName: string): string[] {
  const lines: string[] = [];
  let hex: string[] | undefined;
  for (const line of text.split("\n")) {
    const [, label, content = ""] = /^(Key path|Value|Data size|Data):\s?(.*)$/.exec(line) ?? [];
    const dump = /^[0-9a-f]{8}: ((?:[0-9a-f]{2} {1,2})+)/.exec(line);
    if (label === "Key path") lines.push(`[${content.slice(rootName.length + 1)}]`);
    else if (label === "Value") lines.push(`${content.replace(/^\d+ /, "").replace(/^\(default\)$/, "")}=`);
    else if (label === "Data size") lines.push(`${lines.pop()}${content}`);
    else if (label === "Data" && content !== "") lines.push(`${lines.pop()} ${content}`);
    else if (label === "Data") hex = [];
    else if (dump && hex) hex.push((dump[1] as string).replace(/ /g, ""));
    else if (hex) {
      lines.push(`${lines.pop()} ${hex.join("")}`);
      hex = undefined;
    }
  }
  return lines;
}

export function likeRegfexport(hive: Hive): string[] {
  return listing(hive, (value, data) => {
    if (data.length === 0) return "0";
    if (value.type === RegType.SZ || value.type === RegType.EXPAND_SZ) return `${data.length} ${textOf(data)}`;
    return `${data.length} ${numberOf(value.type, data) ?? Buffer.from(data).toString("hex")}`;
  });
}

/** `reglookup`: each key and value with its path and type; the data where it is shown as it is. */
export function fromReglookup(csv: string): string[] {
  const decode = (text: string): string =>
    Buffer.from(
      text.replace(/%([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
      "latin1",
    ).toString("latin1");
  return csv
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => {
      const [path = "", type = "", shown = ""] = line.split(",");
      const data = type === "BINARY" ? ` ${Buffer.from(decode(shown), "latin1").toString("hex")}` : "";
      return type === "KEY"
        ? `[${decode(path).slice(1).replaceAll("/", "\\")}]`
        : `${decode(path.replace(/^.*\//, ""))}=${type}${data}`;
    });
}

export function likeReglookup(hive: Hive): string[] {
  return listing(hive, (value, data) => {
    const type = formatRegType(value.type)
      .replace(/^REG_/, "")
      .replace(/^0x(.*)$/, (_, hex) => `0x${hex.toUpperCase().padStart(8, "0")}`);
    return value.type === RegType.BINARY ? `${type} ${Buffer.from(data).toString("hex")}` : type;
  });
}

function listing(hive: Hive, show: (value: Value, data: Uint8Array) => string): string[] {
  const lines: string[] = [];
  for (const { path, values } of walkKeys(hive.root)) {
    lines.push(`[${path}]`);
    for (const value of values) lines.push(`${value.name}=${show(value, value.data())}`);
  }
  return lines;
}
