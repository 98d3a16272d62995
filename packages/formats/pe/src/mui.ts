import { AdkError, ByteReader, check, decodeUtf16 } from "@adk/core";
import type { PeFile } from "./pe-file.ts";
import { parseResources } from "./resource-tree.ts";

const SIGNATURE = 0xfecdfecd;
/** Offset of the places of the texts, behind two checksums of 16 bytes and reserved words. */
const PLACES = 84;

/** How a file and its language files belong together (resource of type "MUI"; Windows documentation, "MUI Resource Management"). */
export interface MuiConfiguration {
  /** A program whose texts are elsewhere, or a file of texts (`.mui`). */
  readonly kind: "language-neutral" | "language-specific" | "unknown";
  /** Equal in a program and the files that fit it: hexadecimal digits. */
  readonly serviceChecksum: string;
  readonly checksum: string;
  /** Language of a file of texts: `de-DE`. */
  readonly language: string;
  /** Language that is taken when no other is there. */
  readonly ultimateFallbackLanguage: string;
}

export async function readMui(pe: PeFile): Promise<MuiConfiguration | undefined> {
  const [configuration] = await parseResources(pe, "MUI", parseMui);
  return configuration;
}

/** @throws AdkError `PE_BAD_MUI`, `UNEXPECTED_END` */
export function parseMui(bytes: Uint8Array): MuiConfiguration {
  const reader = new ByteReader(bytes);
  const signature = reader.u32();
  check(signature === SIGNATURE, () => {
    const [expected, found] = [SIGNATURE, signature].map((value) => `0x${value.toString(16)}`);
    return new AdkError("PE_BAD_MUI", "This is no MUI resource.", { expected, found });
  });
  const kinds = { 1: "language-neutral", 2: "language-specific" } as const;
  const kind = kinds[(reader.seek(16).u32() & 0xf) as 1 | 2] ?? "unknown";
  const hex = () => Buffer.from(reader.slice(16)).toString("hex");
  reader.seek(28);
  const serviceChecksum = hex();
  const checksum = hex();
  const text = (index: number) => {
    reader.seek(PLACES + index * 8);
    const offset = reader.u32();
    const length = reader.u32();
    return offset === 0 ? "" : decodeUtf16(reader.seek(offset).slice(length)).replace(/\0.*$/s, "");
  };
  return { kind, serviceChecksum, checksum, language: text(4), ultimateFallbackLanguage: text(5) };
}
