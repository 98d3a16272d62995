import { stat } from "node:fs/promises";
import {
  AdkError,
  check,
  type Findings,
  formatSourceName,
  fromSystemError,
  type RandomAccess,
  type SourceName,
  type Volume,
} from "@adk/core";
import { type IsoImage, openIso, openIsoVolume, Platform } from "@adk/iso";
import { openSource, openSourceFile } from "@adk/sources";

/** A medium as it is found. */
export interface MediumSource {
  /** Closing it closes all. */
  readonly volume: Volume;
  readonly kind: "directory" | "disc" | "image";
  /** For people: `disc, boots by BIOS and UEFI`. */
  readonly description: string;
  /** Of a disc that has one. */
  readonly label: string | undefined;
  /** To be asked when all of the tree was read. @throws AdkError `MEDIUM_DAMAGED` */
  checkDamage(): void;
}

/** Opens a medium: a directory, a disc, or another source. @throws AdkError what `openSource` throws */
export async function openMediumSource(source: SourceName, findings: Findings): Promise<MediumSource> {
  const name = formatSourceName(source);
  const isDirectory = source.inner.length === 0 && (await isHostDirectory(source.path));
  const disc = isDirectory ? undefined : await openDisc(name);
  if (!disc) {
    const volume = await openSource(name, { findings });
    const kind = isDirectory ? "directory" : "image";
    return { volume, kind, description: isDirectory ? "folder" : "image", label: undefined, checkDamage: () => {} };
  }
  const { udf, joliet, primary } = disc;
  const label = (udf?.volumeId || joliet?.volumeId || primary?.volumeId || "").trim();
  const checkDamage = () => refuseDamaged(disc);
  return {
    volume: openIsoVolume(disc),
    kind: "disc",
    description: describeDisc(disc),
    label: label === "" ? undefined : label,
    checkDamage,
  };
}

/** Undefined for a file that is no disc. */
async function openDisc(name: string): Promise<IsoImage | undefined> {
  const { access, selector } = await openSourceFile(name);
  if (selector) return closed(access);
  try {
    return await openIso(access);
  } catch (error) {
    await access.close();
    if (error instanceof AdkError && error.code === "ISO_BAD_MAGIC") return undefined;
    throw error;
  }
}

async function closed(access: RandomAccess): Promise<undefined> {
  await access.close();
}

function describeDisc({ boot }: IsoImage): string {
  const names = boot.map(({ platform }) =>
    platform === Platform.EFI ? "UEFI" : platform === Platform.BIOS ? "BIOS" : "",
  );
  const known = [...new Set(names)].filter((name) => name !== "");
  return known.length > 0 ? `disc, boots by ${known.join(" and ")}` : "disc";
}

/** What is lost of a medium must not be missing on those that are made of it. */
function refuseDamaged({ access, findings }: IsoImage): void {
  const first = findings.list.find(({ severity }) => severity === "error");
  check(first === undefined, () => {
    return new AdkError("MEDIUM_DAMAGED", `The medium is damaged: ${first?.message}`, {
      file: access.name,
      offset: first?.where?.offset,
      found: first?.code,
      hint: "See all of it with adk iso verify, and get the file anew.",
    });
  });
}

async function isHostDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw fromSystemError(error, path);
  }
}
