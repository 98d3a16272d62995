import type { CabinetSet } from "./cabinet-set.ts";
import { describeCompression } from "./folder-entry.ts";
import type { CabHeader } from "./header.ts";
import { readUpdatePackage } from "./update-package.ts";

/** What a cabinet or set is, as plain JSON values. */
export interface CabInfo {
  /** Whether it is an update package (MSU). */
  readonly kind: "cabinet" | "update-package";
  /** Identity that all cabinets of a set share. */
  readonly setId: number;
  readonly cabinets: readonly CabinetInfo[];
  readonly folders: readonly {
    /** `none`, `MSZIP`, `QUANTUM`, `LZX, window of 2 MiB` */
    readonly compression: string;
    readonly blocks: number;
    readonly files: number;
    /** Bytes of its files. */
    readonly size: number;
    /** Whether all cabinets that it lies in are there. */
    readonly complete: boolean;
  }[];
  readonly fileCount: number;
  /** Bytes of all files, decompressed. */
  readonly size: number;
  /** Properties and payloads of an update package. */
  readonly update?: { readonly properties: Readonly<Record<string, string>>; readonly payloads: readonly string[] };
}

interface CabinetInfo extends Pick<CabHeader, "number" | "size"> {
  readonly file: string;
  /** Where it begins in its file. */
  readonly start: number;
  readonly previous?: string;
  readonly next?: string;
  /** Bytes of the Authenticode signature behind it, which is not checked here. */
  readonly signatureBytes?: number;
  /** Reserved bytes in the header, in each folder and in each block. */
  readonly reserve: { readonly header: number; readonly folder: number; readonly data: number };
}

/** @throws AdkError where the properties of an update package cannot be read */
export async function cabInfo(set: CabinetSet): Promise<CabInfo> {
  const update = await readUpdatePackage(set);
  const filesOf = Map.groupBy(set.files, ({ folder }) => folder);
  return {
    kind: update ? "update-package" : "cabinet",
    setId: set.cabinets[0]?.header.setId ?? 0,
    cabinets: set.cabinets.map(({ access, start, header }) => describeCabinet(access.name, start, header)),
    folders: set.folders.map((folder) => {
      const files = filesOf.get(folder) ?? [];
      return {
        compression: describeCompression(folder),
        blocks: folder.runs.reduce((sum, { count }) => sum + count, 0),
        files: files.length,
        size: sizeOf(files),
        complete: !folder.startMissing && !folder.endMissing,
      };
    }),
    fileCount: set.files.length,
    size: sizeOf(set.files),
    ...(update && {
      update: { properties: update.properties, payloads: update.payloads.map(({ name }) => name) },
    }),
  };
}

function describeCabinet(file: string, start: number, header: CabHeader): CabinetInfo {
  const { number, size, previous, next, signature, reserve } = header;
  return {
    file,
    number,
    start,
    size,
    ...(previous && { previous: previous.cabinet }),
    ...(next && { next: next.cabinet }),
    ...(signature && { signatureBytes: signature.size }),
    reserve: { header: reserve.header.length, folder: reserve.folderBytes, data: reserve.dataBytes },
  };
}

function sizeOf(files: readonly { readonly size: number }[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}
