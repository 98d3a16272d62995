import { upcase } from "@adk/core";
import { type InfDirective, ownerOf } from "./directives.ts";
import { readDirectoryId } from "./directory-ids.ts";
import type { InfFile } from "./inf-file.ts";
import { readNumber } from "./number.ts";
import type { InfArchitecture } from "./target-os.ts";
import type { InfPlace } from "./tokenizer.ts";

/** A file that an INF copies ("INF CopyFiles Directive", learn.microsoft.com). */
export interface InfCopyFile extends InfPlace {
  /** Path in the driver package, its folders parted by `\`. */
  readonly source: string;
  /** The source lies in a cabinet of the package. */
  readonly cabinet: string | undefined;
  /** Directory identifier and what follows it; -1 for an absolute path. */
  readonly directory: number;
  readonly subdirectory: string;
  readonly name: string;
  /** COPYFLG_* bits. */
  readonly flags: number;
  readonly inf: InfFile;
}

/** Files that the directives of an install section copy. A source is named once in each place that it goes to. */
export function readCopyFiles(directives: readonly InfDirective[], architecture: InfArchitecture): InfCopyFile[] {
  const sources = new Map<InfFile, SourceDisks>();
  const disksOf = (inf: InfFile) => {
    const disks = sources.get(inf) ?? new SourceDisks(inf, architecture);
    sources.set(inf, disks);
    return disks;
  };
  return directives.flatMap((directive) => {
    const { inf, name, values, source: line } = directive;
    if (name !== "COPYFILES") return [];
    return values.flatMap((value) => {
      if (value === "") return [];
      if (value.startsWith("@")) {
        const file = value.slice(1).trim();
        const copy = { name: file, flags: 0, line: line.line, column: line.column, inf };
        return [{ ...disksOf(inf).find(file, line), ...readDestination(inf, undefined, line), ...copy }];
      }
      const owner = ownerOf(directive, value);
      if (!owner) return [];
      const destination = readDestination(owner, value, line);
      const disks = disksOf(owner);
      return readList(owner, value).map(({ from, to }) => ({
        ...disks.find(from, to),
        ...destination,
        ...to,
        inf: owner,
      }));
    });
  });
}

/** The lines of a file list section: `target[, source][, temporary][, flags]`. */
function readList(inf: InfFile, section: string) {
  return inf.list(section).flatMap(({ line, column, key, values }) => {
    // `file = ...` is no line of such a section; a name alone is a value.
    const [nameField, sourceField, , flagsField] = key ? [] : values;
    const name = inf.text(nameField).trim();
    if (name === "") return [];
    const flags = readNumber(inf, flagsField) ?? 0;
    return [{ from: inf.text(sourceField).trim() || name, to: { name, flags, line, column } }];
  });
}

/** [DestinationDirs]: `section = dirid[, subdirectory]`, or `DefaultDestDir`. */
function readDestination(inf: InfFile, list: string | undefined, place: InfPlace) {
  const own = list === undefined ? [] : inf.lines("DestinationDirs", list);
  const line = own[0] ?? inf.lines("DestinationDirs", "DefaultDestDir")[0];
  const [text = "", subdirectory = ""] = line ? inf.texts(line).map((value) => value.trim()) : [];
  const directory = readDirectoryId(inf, text);
  if (directory === undefined) {
    const what = line
      ? `${JSON.stringify(text)} is no directory`
      : "[DestinationDirs] has no directory for these files";
    inf.error("INF_BAD_DIRECTORY", `${what}.`, line ?? place);
  }
  return { directory: directory ?? ABSENT_DIRECTORY, subdirectory };
}

/** Stands for no directory: no identifier is 0. */
const ABSENT_DIRECTORY = 0;

/** Paths of all files that [SourceDisksFiles] names for an architecture: what belongs to the driver package. */
export function readSourceFiles(inf: InfFile, architecture: InfArchitecture): string[] {
  return new SourceDisks(inf, architecture).all();
}

/** [SourceDisksNames] and [SourceDisksFiles]: where in the package a file lies. */
class SourceDisks {
  readonly #inf: InfFile;
  /** By upper-case name of the file. */
  readonly #files = new Map<string, { name: string; disk: string; subdirectory: string }>();
  readonly #disks = new Map<string, { path: string; cabinet: string | undefined }>();
  readonly #told = new Set<string>();

  constructor(inf: InfFile, architecture: InfArchitecture) {
    this.#inf = inf;
    for (const suffix of ["", `.${architecture}`]) {
      for (const { key, values } of inf.section(`SourceDisksNames${suffix}`)?.lines ?? []) {
        const [, tag = "", , path = ""] = values.map((field) => inf.text(field).trim());
        const cabinet = /\.cab$/i.test(tag) ? tag : undefined;
        this.#disks.set(inf.text(key), { path, cabinet });
      }
      for (const { key, values } of inf.section(`SourceDisksFiles${suffix}`)?.lines ?? []) {
        const [disk = "", subdirectory = ""] = values.map((field) => inf.text(field).trim());
        const name = inf.text(key);
        if (name !== "") this.#files.set(upcase(name), { name, disk, subdirectory });
      }
    }
  }

  /** Path in the package. A file that [SourceDisksFiles] does not name lies beside the INF, with a finding. */
  find(name: string, place: InfPlace): { source: string; cabinet: string | undefined } {
    const entry = this.#files.get(upcase(name));
    const disk = entry && this.#disks.get(entry.disk);
    if (!disk && !this.#told.has(upcase(name))) {
      this.#told.add(upcase(name));
      const message = entry
        ? `[SourceDisksNames] has no disk ${JSON.stringify(entry.disk)}.`
        : `[SourceDisksFiles] does not name ${JSON.stringify(name)}.`;
      this.#inf.warn("INF_NO_SOURCE", message, place);
    }
    return { source: this.#pathOf(name, entry), cabinet: disk?.cabinet };
  }

  all(): string[] {
    return Array.from(this.#files.values(), (entry) => this.#pathOf(entry.name, entry));
  }

  #pathOf(name: string, entry?: { readonly disk: string; readonly subdirectory: string }): string {
    const parts = [entry && this.#disks.get(entry.disk)?.path, entry?.subdirectory, name];
    // A package is not left: what would lead out of it is passed over.
    const names = parts.flatMap((part) => part?.split(/[\\/]/) ?? []);
    return names.filter((each) => each !== "" && each !== "." && each !== "..").join("\\");
  }
}
