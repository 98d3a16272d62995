import { AdkError, equalNames, upcase } from "@adk/core";

/**
 * Which paths a capture leaves out: the sections of a WimScript.ini that matter to it. A pattern that begins with a backslash
 * counts from the root and covers what lies below; one without is a name that is looked for everywhere. `*` and `?` stand
 * for characters of one component. Other sections are read over: what cannot be made smaller is stored as it is without being
 * listed in CompressionExclusionList. An exception rescues a path from the exclusions, never from an excluded parent.
 */
export class CaptureConfig {
  readonly #excluded: readonly Pattern[];
  readonly #exceptions: readonly Pattern[];

  private constructor(sections: ReadonlyMap<string, readonly Pattern[]>) {
    this.#excluded = sections.get("exclusionlist") ?? [];
    this.#exceptions = sections.get("exclusionexception") ?? [];
  }

  /** @throws AdkError `CAPTURE_CONFIG_BAD_LINE` with the line */
  static parse(text: string, file?: string): CaptureConfig {
    const sections = new Map<string, Pattern[]>();
    let section: Pattern[] | undefined;
    for (const [i, raw] of text
      .replace(/^\uFEFF/, "")
      .split(/\r?\n/)
      .entries()) {
      const line = raw.trim();
      if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
      const heading = /^\[(.+)\]$/.exec(line);
      if (heading) {
        section = [];
        sections.set((heading[1] as string).trim().toLowerCase(), section);
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
    const components = componentsOf(path);
    return matchesAny(this.#excluded, components) && !matchesAny(this.#exceptions, components);
  }
}

interface Pattern {
  /** From the root, or anywhere. */
  readonly rooted: boolean;
  readonly components: readonly string[];
}

function parsePattern(text: string): Pattern {
  const path = text.replaceAll("/", "\\").replace(/^[A-Za-z]:/, "");
  const components = componentsOf(path.replaceAll("\\", "/"));
  return { rooted: path.startsWith("\\"), components };
}

function componentsOf(path: string): string[] {
  return path.split("/").filter((component) => component !== "");
}

function matchesAny(patterns: readonly Pattern[], components: readonly string[]): boolean {
  return patterns.some((pattern) => matches(pattern, components));
}

function matches({ rooted, components: wanted }: Pattern, components: readonly string[]): boolean {
  const from = rooted ? 0 : components.length - wanted.length;
  if (from < 0 || wanted.length === 0 || components.length < wanted.length) return false;
  return wanted.every((pattern, i) => matchesComponent(pattern, components[from + i] as string));
}

/** `*` and `?` within one name, without regard to case; linear in the product of both lengths. */
function matchesComponent(pattern: string, name: string): boolean {
  if (!/[*?]/.test(pattern)) return equalNames(pattern, name);
  const wanted = upcase(pattern);
  const text = upcase(name);
  let p = 0;
  let t = 0;
  let star = -1;
  let retry = 0;
  while (t < text.length) {
    if (wanted[p] === "?" || wanted[p] === text[t]) {
      p++;
      t++;
    } else if (wanted[p] === "*") {
      star = p++;
      retry = t;
    } else if (star >= 0) {
      p = star + 1;
      t = ++retry;
    } else return false;
  }
  while (wanted[p] === "*") p++;
  return p === wanted.length;
}
