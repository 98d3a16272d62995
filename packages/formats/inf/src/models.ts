import type { InfFile } from "./inf-file.ts";
import { compareTargets, fitsTarget, type InfTarget, parseTargetOsVersion, type TargetOsVersion } from "./target-os.ts";
import type { InfPlace } from "./tokenizer.ts";

/** A line of [Manufacturer]. */
export interface InfManufacturer extends InfPlace {
  readonly name: string;
  /** The name as it is written, with its string tokens: `%vendor%`. */
  readonly token: string;
  /** The Models sections that it names, each with its decoration. */
  readonly models: readonly { readonly section: string; readonly decoration: TargetOsVersion }[];
}

/** A line of a Models section. */
export interface InfDevice extends InfPlace {
  readonly description: string;
  /** As it is written: `%device.desc%`. */
  readonly token: string;
  /** Undecorated name of the DDInstall section. */
  readonly install: string;
  /** Hardware identifier; empty for a device that is only chosen by hand. */
  readonly hardwareId: string;
  readonly compatibleIds: readonly string[];
}

/** A Models section without a decoration is for every Windows of the first architecture. */
const UNDECORATED: TargetOsVersion = {
  architecture: undefined,
  major: 0,
  minor: 0,
  productType: undefined,
  suiteMask: undefined,
  build: 0,
};

export function readManufacturers(inf: InfFile): InfManufacturer[] {
  return (inf.section("Manufacturer")?.lines ?? []).map((line) => {
    const [section = "", ...decorations] = inf.texts(line);
    // `"Vendor"` alone names a section of the same name.
    const base = section || inf.text(line.key);
    const models = [{ section: base, decoration: UNDECORATED }];
    for (const [i, text] of decorations.entries()) {
      const decoration = parseTargetOsVersion(text);
      if (decoration) models.push({ section: `${base}.${text.trim()}`, decoration });
      else if (text !== "") {
        const field = line.values[i + 1] ?? line;
        inf.error("INF_BAD_DECORATION", `${JSON.stringify(text)} is no operating system.`, field);
      }
    }
    const { line: number, column, key } = line;
    return { name: inf.text(key) || base, token: key?.text ?? base, models, line: number, column };
  });
}

/**
 * The Models section that Windows takes of a manufacturer: of those that fit the one it prefers. Without an architecture in its
 * decoration a section is for x86 alone.
 */
export function chooseModels({ models }: InfManufacturer, target: InfTarget): string | undefined {
  const fitting = models.filter(({ decoration }) => {
    return fitsTarget({ ...decoration, architecture: decoration.architecture ?? "x86" }, target);
  });
  return fitting.toSorted((a, b) => compareTargets(a.decoration, b.decoration))[0]?.section;
}

export function readDevices(inf: InfFile, section: string): InfDevice[] {
  return (inf.section(section)?.lines ?? []).flatMap((line) => {
    const [install = "", hardwareId = "", ...compatibleIds] = inf.texts(line).map((text) => text.trim());
    if (line.key === undefined || install === "") {
      inf.error("INF_BAD_MODEL", "A device needs a description and an install section.", line);
      return [];
    }
    const { line: number, column, key } = line;
    const others = compatibleIds.filter((identifier) => identifier !== "");
    return [
      { description: inf.text(key), token: key.text, install, hardwareId, compatibleIds: others, line: number, column },
    ];
  });
}
