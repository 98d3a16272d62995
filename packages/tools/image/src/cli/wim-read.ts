import { type Command, exitCodes, formatBytes, type Terminal } from "@adk/cli-kit";
import { openImage, verifyWim, wimInfo } from "@adk/wim";
import { listImage } from "../list-image.ts";
import { oneImage, openWim } from "../open-wim.ts";
import {
  type WimDirEntry,
  type WimInfoResult,
  type WimVerifyResult,
  wimDirResult,
  wimInfoResult,
  wimVerifyResult,
} from "../schemas.ts";

/** `info`, `dir` and `verify`. */
export function defineReadCommands(wim: Command): void {
  wim
    .command("info <file>")
    .description("Tell what a file holds: its compression and its images.")
    .run(async (context, name: string) => {
      await using opened = await openWim(name);
      const { file } = opened;
      const result = { ...wimInfo(file), findings: file.findings.list };
      context.output(result, { schema: wimInfoResult, render: (info, out) => renderInfo(name, info, out) });
    });

  wim
    .command("dir <image> [path]")
    .description("List the entries of an image (FILE:INDEX or FILE:NAME) with all that it keeps about them.")
    .option("--jsonl", "one JSON object a line and entry")
    .run(async (context, name: string, path: string | undefined, options: { jsonl?: boolean }) => {
      await using opened = await openWim(name);
      const volume = await openImage(opened.file, oneImage(opened));
      const entries: WimDirEntry[] = [];
      for await (const batch of listImage(volume, path)) {
        if (options.jsonl) context.stdout.text(batch.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
        else entries.push(...batch);
      }
      context.stderr.findings(opened.file.findings.list);
      if (!options.jsonl) context.output(entries, { schema: wimDirResult, render: renderDir });
    });

  wim
    .command("verify <file>")
    .description("Read everything in a file and check it against its SHA-1. Exit code 1 if anything is wrong.")
    .withThreads()
    .run(async (context, name: string, options: { threads?: number }) => {
      await using opened = await openWim(name);
      const { ok, blobs, bytes, findings } = await verifyWim(opened.file, {
        ...options,
        signal: context.signal,
        onProgress: context.onProgress,
      });
      const result = { ok, blobs, bytes, findings: [...findings] };
      context.output(result, { schema: wimVerifyResult, render: (verified, out) => renderVerify(name, verified, out) });
      return ok ? exitCodes.done : exitCodes.no;
    });
}

function renderInfo(name: string, info: WimInfoResult, out: Terminal): void {
  const part = info.totalParts > 1 ? `${info.partNumber} of ${info.totalParts}` : undefined;
  out.facts({
    File: name,
    Version: `0x${info.version.toString(16)}${info.solid ? " (solid resources)" : ""}`,
    Compression: info.compression,
    "Chunk size": info.chunkSize || undefined,
    GUID: info.guid,
    Part: part,
    "Boot image": info.bootIndex || "none",
    "Integrity table": info.integrity ? "yes" : "no",
    Pipable: info.pipable ? "yes" : undefined,
  });
  if (info.images.length > 0) {
    out.line();
    out.table(
      [
        { title: "Index" },
        { title: "Name" },
        { title: "Edition" },
        { title: "Version" },
        { title: "Arch" },
        { title: "Directories" },
        { title: "Files" },
        { title: "Size", align: "right" },
      ],
      info.images.map((image) => [
        image.index,
        image.name,
        image.edition ?? image.flags,
        image.version,
        image.architecture,
        image.dirCount,
        image.fileCount,
        formatBytes(image.totalBytes),
      ]),
    );
  }
  out.findings(info.findings);
}

function renderDir(entries: readonly WimDirEntry[], out: Terminal): void {
  out.table(
    [
      { title: "Attributes" },
      { title: "Size", align: "right" },
      { title: "Modified" },
      { title: "Path", truncate: "middle" },
    ],
    entries.map((entry) => [
      attributeLetters(entry.attributes),
      entry.type === "directory" ? "" : entry.size,
      entry.modified?.slice(0, 19).replace("T", " "),
      entry.target === undefined ? entry.path : `${entry.path} -> ${entry.target}`,
    ]),
  );
}

/** As `attrib` and `dir` show them: directory, archive, system, hidden, read-only, link. */
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

function renderVerify(name: string, { ok, blobs, bytes, findings }: WimVerifyResult, out: Terminal): void {
  out.findings(findings);
  const verdict = ok ? out.style("green", "good") : out.style("red", "damaged");
  out.line(`${name}: ${verdict}, ${blobs} blobs with ${formatBytes(bytes)} checked`);
}
