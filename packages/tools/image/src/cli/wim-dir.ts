import { type Cell, type Command, formatBytes, type Terminal } from "@adk/cli-kit";
import type { Volume } from "@adk/core";
import { openImage } from "@adk/wim";
import { targetOf, timeText, typeOf } from "../describe-entry.ts";
import { listImage, walkPath } from "../list-image.ts";
import { oneImage, openWim } from "../open-wim.ts";
import type { WimDirEntry } from "../schemas.ts";
import { counted, sourceIn } from "./names.ts";
import { wimResults } from "./results.ts";

export function defineDirCommand(wim: Command): void {
  wim
    .command("dir <image> [path]")
    .description("List the entries of an image (FILE:INDEX or FILE:NAME) with all that it keeps about them.")
    .option("--jsonl", "one JSON object a line and entry")
    .run(async (context, name: string, path: string | undefined, options: { jsonl?: boolean }) => {
      await using opened = await openWim(sourceIn(context, name));
      const volume = await openImage(opened.file, oneImage(opened));
      if (options.jsonl) {
        for await (const batch of listImage(volume, path)) {
          context.stdout.text(batch.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
        }
      } else if (context.json) {
        const entries: WimDirEntry[] = [];
        for await (const batch of listImage(volume, path)) entries.push(...batch);
        context.output(entries, { schema: wimResults.wimDirResult, render: () => {} });
      } else await showListing(volume, path, context.stdout);
      context.stderr.findings(opened.file.findings.list);
    });
}

/** A table of what most want to see, without making all the rest of it. */
async function showListing(volume: Volume, path: string | undefined, out: Terminal): Promise<void> {
  const rows: Cell[][] = [];
  const counts = { file: 0, directory: 0, link: 0 };
  let bytes = 0;
  for await (const batch of walkPath(volume, path)) {
    for (const entry of batch) {
      const type = typeOf(entry);
      if (type === "file") bytes += entry.size;
      counts[type === "file" || type === "directory" ? type : "link"]++;
      const target = entry.reparseTag === 0 ? undefined : await targetOf(volume, entry);
      rows.push([
        attributeLetters(entry.attributes),
        type === "file" ? entry.size : "",
        timeText(entry.lastWriteTime)?.slice(0, 19).replace("T", " "),
        target === undefined ? entry.path : `${entry.path} -> ${target}`,
      ]);
      // As `dir /r` has them.
      for (const stream of entry.streams) rows.push(["", stream.size, "", `${entry.path}:${stream.name}`]);
    }
  }
  out.table(
    [
      { title: "Attributes" },
      { title: "Size", align: "right" },
      { title: "Modified (UTC)" },
      { title: "Path", truncate: "middle" },
    ],
    rows,
  );
  const totals = [
    `${counted(counts.file, "file")} (${formatBytes(bytes)})`,
    counted(counts.directory, "directory", "directories"),
    counts.link > 0 && counted(counts.link, "link"),
  ];
  out.line();
  out.line(totals.filter(Boolean).join(", "));
}

const LETTERS: readonly (readonly [bit: number, letter: string])[] = [
  [0x10, "d"],
  [0x20, "a"],
  [0x1, "r"],
  [0x2, "h"],
  [0x4, "s"],
  [0x400, "l"],
];

/** As `attrib` and `dir` show them: directory, archive, read-only, hidden, system, link. */
function attributeLetters(attributes: number): string {
  let letters = "";
  for (const [bit, letter] of LETTERS) letters += attributes & bit ? letter : "-";
  return letters;
}
