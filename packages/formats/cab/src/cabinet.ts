import { AdkError, ByteReader, check, Findings, type RandomAccess } from "@adk/core";
import { FILE_ENTRY_SIZE, type FileEntry, MOST_FILE_ENTRY_SIZE, parseFileEntry } from "./file-entry.ts";
import { FOLDER_ENTRY_SIZE, type FolderEntry, parseFolderEntry } from "./folder-entry.ts";
import { CAB_HEADER_SIZE, type CabHeader, MOST_HEADER_SIZE, parseHeader } from "./header.ts";

/** One cabinet file and what its tables say; `CabinetSet` tells what that means. */
export class Cabinet {
  readonly access: RandomAccess;
  /** Where the cabinet begins in its file: not at 0 in a self-extracting program. */
  readonly start: number;
  readonly header: CabHeader;
  readonly folders: readonly FolderEntry[];
  readonly files: readonly FileEntry[];
  readonly findings: Findings;

  private constructor(
    access: RandomAccess,
    start: number,
    header: CabHeader,
    folders: readonly FolderEntry[],
    files: readonly FileEntry[],
    findings: Findings,
  ) {
    this.access = access;
    this.start = start;
    this.header = header;
    this.folders = folders;
    this.files = files;
    this.findings = findings;
  }

  /**
   * Reads the tables of a cabinet. Entries of files that cannot be read are left out with a finding.
   *
   * @param start where it begins in the file
   * @throws AdkError `CAB_BAD_MAGIC`, `CAB_VERSION`, `CAB_BAD_NAME`, `UNEXPECTED_END`
   */
  static async open(access: RandomAccess, start = 0): Promise<Cabinet> {
    const findings = new Findings();
    const head = await readUpTo(access, start, MOST_HEADER_SIZE);
    checkWim(head, access.name);
    const header = parseHeader(head);
    checkSizes(header, access, start, findings);
    const folders = await readFolders(access, start + head.position, header);
    const files = await readFiles(access, start + header.filesOffset, header, findings);
    return new Cabinet(access, start, header, folders, files, findings);
  }
}

async function readUpTo(access: RandomAccess, offset: number, most: number): Promise<ByteReader> {
  const length = Math.max(0, Math.min(most, access.size - offset));
  return new ByteReader(await access.read(length === 0 ? 0 : offset, length), { file: access.name, base: offset });
}

/** Newer update packages have the name of the old ones and are WIM files. */
function checkWim({ bytes }: ByteReader, file: string): void {
  const isWim = [0x4d, 0x53, 0x57, 0x49, 0x4d, 0, 0, 0].every((byte, i) => bytes[i] === byte);
  check(!isWim, () => {
    return new AdkError("CAB_IS_WIM", "This is a WIM file, not a cabinet: newer update packages (MSU) are.", {
      file,
      hint: "Look at it with adk wim info and adk wim extract.",
    });
  });
}

function checkSizes({ size, filesOffset }: CabHeader, access: RandomAccess, start: number, findings: Findings): void {
  const { name: file } = access;
  if (size > access.size - start) {
    const message = `The file ends before the cabinet does: ${access.size - start} of ${size} bytes are there.`;
    findings.error("CAB_TRUNCATED", message, { file, offset: access.size });
  }
  if (filesOffset < CAB_HEADER_SIZE) {
    throw new AdkError("CAB_BAD_HEADER", "The entries of files cannot begin inside the header.", {
      file,
      offset: start + 16,
      found: filesOffset,
    });
  }
}

async function readFolders(access: RandomAccess, offset: number, { folderCount, reserve }: CabHeader) {
  const entrySize = FOLDER_ENTRY_SIZE + reserve.folderBytes;
  const reader = await readUpTo(access, offset, folderCount * entrySize);
  return Array.from({ length: folderCount }, () => parseFolderEntry(reader, reserve.folderBytes));
}

async function readFiles(access: RandomAccess, offset: number, { fileCount }: CabHeader, findings: Findings) {
  const reader = await readUpTo(access, offset, fileCount * MOST_FILE_ENTRY_SIZE);
  const files: FileEntry[] = [];
  try {
    while (files.length < fileCount) files.push(parseFileEntry(reader));
  } catch (error) {
    // Where one entry does not end, no other can be found.
    if (files.length === 0 && reader.length < FILE_ENTRY_SIZE) throw error;
    findings.fromError(error);
  }
  return files;
}
