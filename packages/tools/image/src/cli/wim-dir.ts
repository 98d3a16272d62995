import { type Cell, type Command, formatBytes, type Terminal } from "@adk/cli-kit";
import { openImage } from "@adk/wim";
import { listImage } from "../list-image.ts";
import { oneImage, openWim } from "../open-wim.ts";
import { type WimDirEntry, wimDirResult } from "../schemas.ts";
import { counted, sourceIn } from "./names.ts";

export function defineDirCommand(wim: Command): void {
  wim
    .command("dir <image> [path]")
    .description("List the entries of an image (FILE:INDEX or FILE:NAME) with all that it keeps about them.")
    .option("--jsonl", "one JSON object a line and entry")
    .run(async (context, name: string, path: string | undefined, options: { jsonl?: boolean }) => {
      await using opened = await openWim(sourceIn(context, name));
      const volume = await openImage(opened.file, oneImage(opened));
      const entries: WimDirEntry[] = [];
      for await (const batch of listImage(volume, path)) {
        if (options.jsonl) context.stdout.text(batch.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
        else entries.push(...batch);
      }
      if (!options.jsonl) context.output(entries, { schema: wimDirResult, render });
      context.stderr.findings(opened.file.findings.list);
    });
}

function render(entries: readonly WimDirEntry[], out: Terminal): void {
  out.table(
    [
      { title: "Attributes" },
      { title: "Size", align: "right" },
      { title: "Modified (UTC)" },
      { title: "Path", truncate: "middle" },
    ],
    entries.flatMap(rowsOf),
  );
  const files = entries.filter(({ type }) => type === "file");
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const directories = entries.filter(({ type }) => type === "directory").length;
  const links = entries.length - files.length - directories;
  const counts = [
    `${counted(files.length, "file")} (${formatBytes(bytes)})`,
    counted(directories, "directory", "directories"),
    links > 0 && counted(links, "link"),
  ];
  out.line();
  out.line(counts.filter(Boolean).join(", "));
}

/** The entry, then a row for each of its alternate data streams, as `dir /r` has them. */
function rowsOf(entry: WimDirEntry): Cell[][] {
  const size = entry.type === "file" ? entry.size : "";
  const time = entry.modified?.slice(0, 19).replace("T", " ");
  const path = entry.target === undefined ? entry.path : `${entry.path} -> ${entry.target}`;
  const streams = (entry.streams ?? []).map((stream) => ["", stream.size, "", `${entry.path}:${stream.name}`]);
  return [[attributeLetters(entry.attributes), size, time, path], ...streams];
}

/** As `attrib` and `dir` show them: directory, archive, read-only, hidden, system, link. */
function attributeLetters(attributes: number): string {
  const letters: readonly [bit: number, letter: string][] = [
    [0x10, "d"],
    [0x20, "a"],
    [0x1, "r"],
    [0x2, "h"],
    [0x4, "s"],
    [0x400, "l"],
  ];
  return letters.map(([bit, letter]) => (attributes & bit ? letter : "-")).join("");
}
