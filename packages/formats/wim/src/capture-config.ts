import { AdkError, globToMatcher, type PathMatcher, splitPath } from "@adk/core";

/**
 * Which paths a capture leaves out: the sections of a WimScript.ini that matter to it. A pattern that begins with a backslash
 * counts from the root and covers what lies below; one without is a name that is looked for everywhere. `*` and `?` stand
 * for characters of one component. Other sections are read over: what cannot be made smaller is stored as it is without being
 * listed in CompressionExclusionList. An exception rescues a path from the exclusions, never from an excluded parent.
 */
export class CaptureConfig {
  readonly #excluded: readonly PathMatcher[];
  readonly #exceptions: readonly PathMatcher[];

  private constructor(sections: ReadonlyMap<string, readonly PathMatcher[]>) {
    this.#excluded = sections.get("exclusionlist") ?? [];
    this.#exceptions = sections.get("exclusionexception") ?? [];
  }

  /** @throws AdkError `CAPTURE_CONFIG_BAD_LINE` with the line */
  static parse(text: string, file?: string): CaptureConfig {
    const sections = new Map<string, PathMatcher[]>();
    let section: PathMatcher[] | undefined;
    const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
    for (const [i, raw] of lines.entries()) {
      const line = raw.trim();
      if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
      const heading = /^\[(.+)\]$/.exec(line);
      if (heading) {
        const name = (heading[1] as string).trim().toLowerCase();
        section = sections.get(name) ?? [];
        sections.set(name, section);
      } else if (section) {
        section.push(parsePattern(line.replace(/^"(.*)"$/, "$1")));
      } else {
        throw new AdkError("CAPTURE_CONFIG_BAD_LINE", `Line ${i + 1} stands before any [section].`, {
          file,
          found: line,
        });
      }
    }
    return new CaptureConfig(sections);
  }

  /** What DISM and ImageX leave out when they are told nothing. */
  static readonly DEFAULT = CaptureConfig.parse(`
[ExclusionList]
\\$ntfs.log
\\hiberfil.sys
\\pagefile.sys
\\swapfile.sys
\\System Volume Information
\\RECYCLER
\\$RECYCLE.BIN
\\Windows\\CSC
`);

  /** @param path `/Windows/System32` */
  isExcluded(path: string): boolean {
    return this.#excluded.some((matches) => matches(path)) && !this.#exceptions.some((matches) => matches(path));
  }
}

/** A pattern in the form of core's path globs: literal brackets, and `**` for what may stand before or behind. */
function parsePattern(text: string): PathMatcher {
  const path = text.replaceAll("/", "\\").replace(/^[A-Za-z]:/, "");
  const names = splitPath(path).map((name) => name.replaceAll("[", "[[]").replace(/\*{2,}/g, "*"));
  if (names.length === 0) return () => false;
  const pattern = names.join("/");
  return globToMatcher(path.startsWith("\\") ? `${pattern}/**` : `**/${pattern}`);
}
