import { AdkError, decodeTextFile, FileAccess, type Findings, type RandomAccess } from "@adk/core";
import { type ManifestProvider, parseInstrumentationManifest, TraceMessageFormat } from "@adk/event-schema";
import { isMsf, PdbFile } from "@adk/pdb";
import { isExecutable } from "@adk/pe";
import { readPdbMessages } from "./pdb-messages.ts";
import { isTextsOf, readProgramTemplates } from "./program-templates.ts";

/** By which a program is known. */
const HEAD_BYTES = 64;
/** The largest text of a manifest or of messages, in bytes: that of all drivers of Windows has less. */
const MOST_TEXT = 2 ** 28;

/** What tells of events beside the trace. */
export interface GivenSchemas {
  readonly manifests: readonly ManifestProvider[];
  readonly messages: TraceMessageFormat;
}

/**
 * Reads files that describe events: manifests (`.man`), programs that carry theirs and the `.mui` files with their texts, and texts
 * of WPP messages (`.tmf`, or the program database that they were compiled into). What a file is, is told by its content.
 *
 * @throws AdkError `TRACE_NO_SCHEMA` of a program without a manifest and a database without messages, `EVENT_BAD_MANIFEST`, `EVENT_BAD_TMF`, `FILE_NOT_FOUND` ...
 */
export async function readSchemaFiles(paths: readonly string[], findings: Findings): Promise<GivenSchemas> {
  const manifests: ManifestProvider[] = [];
  const messages = new TraceMessageFormat();
  const programs: RandomAccess[] = [];
  try {
    for (const path of paths) {
      const access = await FileAccess.open(path);
      programs.push(access);
      const head = await access.read(0, Math.min(HEAD_BYTES, access.size));
      if (isExecutable(head)) continue;
      programs.pop();
      if (isMsf(head)) {
        await readDatabase(access, messages, findings);
        continue;
      }
      const text = await readText(access);
      try {
        if (/^\s*</.test(text)) manifests.push(...parseInstrumentationManifest(text));
        else messages.add(text);
      } catch (error) {
        throw error instanceof AdkError ? error.at({ file: path }) : error;
      }
    }
    manifests.push(...(await readPrograms(programs, findings)));
  } finally {
    for (const access of programs) await access.close();
  }
  return { manifests, messages };
}

async function readDatabase(access: RandomAccess, messages: TraceMessageFormat, findings: Findings): Promise<void> {
  try {
    const pdb = await PdbFile.open(access, { findings });
    if ((await readPdbMessages(pdb, messages, findings)) > 0) return;
    throw new AdkError("TRACE_NO_SCHEMA", "This database has no texts of trace messages.", { file: access.name });
  } finally {
    await access.close();
  }
}

async function readPrograms(files: readonly RandomAccess[], findings: Findings): Promise<ManifestProvider[]> {
  const manifests: ManifestProvider[] = [];
  for (const file of files) {
    const texts = files.filter((each) => isTextsOf(each.name, file.name));
    const found = await readProgramTemplates(file, texts, findings);
    const isText = files.some((each) => isTextsOf(file.name, each.name));
    if (found.length === 0 && !isText) {
      throw new AdkError("TRACE_NO_SCHEMA", "This program carries no manifest of events.", { file: file.name });
    }
    manifests.push(...found);
  }
  return manifests;
}

/** UTF-8, UTF-16 with its byte order mark, or, of old tools, the code page of western languages. */
async function readText(access: RandomAccess): Promise<string> {
  try {
    if (access.size > MOST_TEXT) {
      throw new AdkError("LIMIT_EXCEEDED", "This is larger than any manifest.", {
        file: access.name,
        found: access.size,
      });
    }
    return decodeTextFile(await access.read(0, access.size));
  } finally {
    await access.close();
  }
}
