import { type AssemblyName, type AssemblyReference, readAssemblies } from "./clr-assembly.ts";
import { parseMetadataRoot } from "./clr-metadata.ts";
import { Directory } from "./optional-header.ts";
import type { PeFile } from "./pe-file.ts";

export const ClrFlag = {
  IL_ONLY: 1,
  REQUIRES_32_BIT: 2,
  STRONG_NAME_SIGNED: 8,
  PREFERS_32_BIT: 0x20000,
} as const;

/** A program for the .NET runtime (IMAGE_COR20_HEADER; ECMA-335 II.25.3.3). */
export interface ClrHeader {
  /** Version of the header, not of .NET: `2.5`. */
  readonly runtimeVersion: string;
  /** `ClrFlag`. */
  readonly flags: number;
  /** Version of the metadata: `v4.0.30319`. */
  readonly metadataVersion: string;
  /** Absent in a module that is part of an assembly of several files. */
  readonly assembly: AssemblyName | undefined;
  readonly references: readonly AssemblyReference[];
  /** `.NETFramework,Version=v4.7.2`, from TargetFrameworkAttribute. */
  readonly targetFramework: string | undefined;
}

/** Undefined where the file is not for the runtime. */
export function readClr(pe: PeFile): Promise<ClrHeader | undefined> {
  return pe.readPart<ClrHeader | undefined>(undefined, (image, findings) => {
    const directory = pe.directory(Directory.CLR);
    if (!directory) return undefined;
    const at = directory.address;
    const header = { runtimeVersion: `${image.u16(at + 4)}.${image.u16(at + 6)}`, flags: image.u32(at + 16) };
    const nothing = { metadataVersion: "", assembly: undefined, references: [], targetFramework: undefined };
    try {
      const root = parseMetadataRoot(image, image.u32(at + 8));
      return { ...header, metadataVersion: root.version, ...readAssemblies(root) };
    } catch (error) {
      findings.fromError(error);
      return { ...header, ...nothing };
    }
  });
}
