import type { RandomAccess } from "@adk/core";
import { cabFormat } from "./cab-format.ts";
import { catalogFormat } from "./catalog-format.ts";
import { diskFormat } from "./disk-format.ts";
import { etlFormat } from "./etl-format.ts";
import { executableFormat } from "./executable-format.ts";
import { type FileFormat, HEAD_BYTES } from "./file-format.ts";
import { hiveFormat } from "./hive-format.ts";
import { isoFormat } from "./iso-format.ts";
import { pdbFormat } from "./pdb-format.ts";
import { wimFormat } from "./wim-format.ts";

/** Every file format that the kit knows. Those without a magic number, whose packages tell, come last. */
const FORMATS: readonly FileFormat[] = [
  wimFormat,
  isoFormat,
  cabFormat,
  executableFormat,
  catalogFormat,
  hiveFormat,
  pdbFormat,
  etlFormat,
  diskFormat,
];

/** The format of a file by its content, or undefined. */
export async function recogniseFormat(access: RandomAccess): Promise<FileFormat | undefined> {
  const head = await access.read(0, Math.min(HEAD_BYTES, access.size));
  for (const format of FORMATS) if (await format.recognises(head)) return format;
  return undefined;
}
