import { AdkError } from "@adk/core";
import type { IsoImage } from "@adk/iso";
import type { FileFormat } from "./file-format.ts";

/** First sector of a volume descriptor, and where its identifier lies in it. */
const DESCRIPTOR = 16 * 2048;
const IDENTIFIERS = ["CD001", "BEA01", "NSR02", "NSR03"];
/** How an image of whole sectors begins, before the address and the mode (ECMA-130 14.1). */
const SYNC = "\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0";

/** Images of discs: ISO 9660, Joliet and UDF. */
export const isoFormat: FileFormat = {
  name: "iso",

  recognises(head) {
    const text = (start: number, end: number) => String.fromCharCode(...head.subarray(start, end));
    return IDENTIFIERS.includes(text(DESCRIPTOR + 1, DESCRIPTOR + 6)) || text(0, SYNC.length) === SYNC;
  },

  async inspect(access) {
    const { openIso, Platform } = await import("@adk/iso");
    const image = await openIso(access);
    const { trees, primary, joliet, udf, boot, findings } = image;
    const kinds = trees.map(({ kind }) => NAMES[kind]);
    const platforms = boot.map(({ platform }) =>
      platform === Platform.EFI ? "UEFI" : platform === Platform.BIOS ? "BIOS" : `${platform}`,
    );
    const facts = {
      label: udf?.volumeId || joliet?.volumeId || primary?.volumeId || "",
      fileSystems: trees.map(({ kind }) => kind),
      ...(udf && { udfRevision: `${udf.revision >> 8}.${(udf.revision & 0xff).toString(16).padStart(2, "0")}` }),
      boot,
    };
    const boots = platforms.length > 0 ? `, boots by ${[...new Set(platforms)].join(" and ")}` : "";
    return { description: `Disc image (${kinds.join(", ")}${boots})`, facts, findings: findings.list };
  },

  async openVolume(access, selector) {
    if (selector) {
      throw new AdkError("ISO_NO_IMAGES", "A disc has no images to choose from.", { kind: "usage", file: access.name });
    }
    const { openIso, openIsoVolume } = await import("@adk/iso");
    return openIsoVolume(await openIso(access));
  },
};

const NAMES: Readonly<Record<IsoImage["trees"][number]["kind"], string>> = {
  udf: "UDF",
  joliet: "Joliet",
  iso9660: "ISO 9660",
  enhanced: "ISO 9660:1999",
};
