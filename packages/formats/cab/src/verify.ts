import { AdkError, type Finding, Findings, type LongOperation, ProgressCounter } from "@adk/core";
import type { CabFile, CabFolder, CabinetSet } from "./cabinet-set.ts";
import { readBlocks } from "./folder-reader.ts";

export interface VerifyResult {
  /** Everything could be read and has the checksum that it should. */
  readonly ok: boolean;
  readonly files: number;
  /** Decompressed bytes that were checked. */
  readonly bytes: number;
  readonly findings: readonly Finding[];
}

/**
 * Decompresses every folder, checks the checksums of its blocks, and that each file lies inside. What is wrong is found, never
 * thrown.
 *
 * @throws AdkError of kind `unsupported` where a folder's compression is not read: nothing can be said of it then
 */
export async function verifyCabinets(set: CabinetSet, operation: LongOperation = {}): Promise<VerifyResult> {
  const findings = new Findings();
  const total = set.files.reduce((sum, { size }) => sum + size, 0);
  const progress = new ProgressCounter(operation, "verify", "bytes", total);
  const filesOf = Map.groupBy(set.files, ({ folder }) => folder);
  let bytes = 0;
  for (const folder of set.folders) {
    const files = (filesOf.get(folder) ?? []).toSorted((a, b) => a.offset - b.offset);
    const size = await verifyFolder(folder, files, findings, progress);
    checkFiles(folder, files, size, findings);
    bytes += size;
  }
  const list = [...set.findings, ...findings.list];
  return { ok: !list.some(({ severity }) => severity === "error"), files: set.files.length, bytes, findings: list };
}

/** Returns the bytes that could be decompressed. */
async function verifyFolder(
  folder: CabFolder,
  files: readonly CabFile[],
  findings: Findings,
  progress: ProgressCounter,
): Promise<number> {
  let size = 0;
  /** The place of the file that the next block begins in, or of one behind it. */
  let current = 0;
  const add = ({ code, message, file, offset, expected, found }: AdkError) => {
    for (let entry = files[current]; entry && entry.offset + entry.size <= size; entry = files[current]) current++;
    const path = files[current]?.name;
    const detail = found === undefined ? "" : ` Expected: ${expected}. Found: ${found}.`;
    findings.error(code, `${message}${detail}`, { file, offset, path });
  };
  try {
    for await (const block of readBlocks(folder, add)) {
      size += block.length;
      progress.add(block.length);
    }
  } catch (error) {
    if (!(error instanceof AdkError) || error.kind !== "input") throw error;
    add(error);
  }
  return size;
}

function checkFiles(folder: CabFolder, files: readonly CabFile[], size: number, findings: Findings): void {
  for (const { name, offset, size: fileSize } of files) {
    if (offset + fileSize <= size) continue;
    const file = folder.runs[0]?.cabinet.access.name;
    findings.error("CAB_FILE_OUTSIDE", "The data of the file is not all there.", { file, path: name });
  }
}
