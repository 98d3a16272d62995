/** A boot entry as OSCDIMG's options tell it. */
export interface OscdimgBoot {
  /** El Torito platform: 0 BIOS, 0xEF UEFI. */
  readonly platform: number;
  readonly file: string;
  readonly emulated: boolean;
  /** 0 stands for 0x7C0. */
  readonly loadSegment: number;
}

/**
 * The value of `-bootdata`: `2#p0,e,bBIOS#pEF,e,bUEFI`. Quotes may stand around a file, an entry or all of it, and a file's name may
 * hold spaces, commas and number signs without any.
 *
 * @returns undefined for what is none
 */
export function parseBootData(text: string): OscdimgBoot[] | undefined {
  const [count = "", ...rest] = splitOutsideQuotes(text.replace(/^"(.*)"$/s, "$1"), "#");
  const entries: string[] = [];
  for (const part of rest) {
    // Without a platform it is no entry: the rest of a name with a number sign in it.
    if (entries.length > 0 && !/(?:^|,)"?p[0-9a-f]{1,2}"?(?:,|$)/i.test(part)) entries.push(`${entries.pop()}#${part}`);
    else entries.push(part);
  }
  if (!/^\d+$/.test(count) || entries.length !== Number(count) || entries.length === 0) return undefined;
  const boots = entries.map(parseEntry);
  return boots.every((boot) => boot !== undefined) ? boots : undefined;
}

function parseEntry(entry: string): OscdimgBoot | undefined {
  let platform: number | undefined;
  let file: string | undefined;
  let emulated = true;
  let loadSegment = 0;
  for (const quoted of splitOutsideQuotes(entry.replace(/^"([^"]*)"$/s, "$1"), ",")) {
    const part = quoted.replace(/^"([^"]*)"$/s, "$1");
    const [, p, t] = /^(?:p([0-9a-f]{1,2})|t([0-9a-f]{1,4}))$/i.exec(part) ?? [];
    if (p !== undefined) platform = Number.parseInt(p, 16);
    else if (t !== undefined) loadSegment = Number.parseInt(t, 16);
    else if (/^e$/i.test(part)) emulated = false;
    else if (file !== undefined) file += `,${part}`;
    else if (/^b/i.test(part)) file = part.slice(1);
    else if (part !== "") return undefined;
  }
  const name = file?.replaceAll('"', "") ?? "";
  return platform === undefined || name === "" ? undefined : { platform, file: name, emulated, loadSegment };
}

/** The parts between separators; one within quotes separates nothing. */
function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  for (const piece of text.split(separator)) {
    const before = parts.at(-1);
    const isOpen = before !== undefined && (before.split('"').length - 1) % 2 === 1;
    if (isOpen) parts[parts.length - 1] = before + separator + piece;
    else parts.push(piece);
  }
  return parts;
}
