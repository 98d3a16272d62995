import { upcase } from "@adk/core";
import type { InfFile } from "./inf-file.ts";
import { compareTargets, fitsTarget, type InfTarget, parseTargetOsVersion, type TargetOsVersion } from "./target-os.ts";

/** UTF-16 code units of the longest section name ("General Syntax Rules for INF Files"). */
const MOST_NAME = 255;

/** The DDInstall sections of an INF that fit a Windows, by their undecorated names. */
export class InstallNames {
  readonly #inf: InfFile;
  readonly #best = new Map<string, { readonly name: string; readonly decoration: TargetOsVersion }>();

  constructor(inf: InfFile, target: InfTarget) {
    this.#inf = inf;
    for (const name of inf.sectionNames) {
      const upper = upcase(name);
      if (name.length > MOST_NAME) continue;
      for (let dot = upper.indexOf(".NT"); dot >= 0; dot = upper.indexOf(".NT", dot + 1)) {
        const decoration = parseTargetOsVersion(name.slice(dot + 1));
        if (!decoration || !fitsTarget(decoration, target)) continue;
        const key = upper.slice(0, dot);
        const known = this.#best.get(key);
        if (!known || compareTargets(decoration, known.decoration) < 0) this.#best.set(key, { name, decoration });
      }
    }
  }

  /** The section that Windows takes: `name` with the decoration that it prefers, or `name` itself; undefined for neither. */
  choose(name: string): string | undefined {
    return this.#best.get(upcase(name))?.name ?? this.#inf.section(name)?.name;
  }
}
