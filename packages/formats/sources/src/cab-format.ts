import type { CabInfo } from "@adk/cab";
import { AdkError, type RandomAccess } from "@adk/core";
import { beginsWith, type FileFormat } from "./file-format.ts";

/** Cabinets, and the update packages (MSU) that are cabinets. */
export const cabFormat: FileFormat = {
  name: "cab",

  recognises: (head) => beginsWith(head, "MSCF\0\0\0\0"),

  async inspect(access) {
    const { cabInfo, openCab } = await import("@adk/cab");
    const set = await openCab(lent(access));
    try {
      const info = await cabInfo(set);
      return { description: describe(info), facts: { ...info }, findings: set.findings };
    } finally {
      await set.close();
    }
  },

  async openVolume(access, selector) {
    if (selector) {
      throw new AdkError("CAB_NO_IMAGES", "A cabinet has no images to choose from.", {
        kind: "usage",
        file: access.name,
      });
    }
    const { openCab, openCabVolume } = await import("@adk/cab");
    return openCabVolume(await openCab(access), true);
  },
};

function describe({ kind, cabinets, folders, fileCount }: CabInfo): string {
  const compressions = [...new Set(folders.map(({ compression }) => compression.replace(/,.*/, "")))].join(" and ");
  const what = [compressions, fileCount === 1 ? "1 file" : `${fileCount} files`];
  if (cabinets.length > 1) what.push(`set of ${cabinets.length}`);
  return `${kind === "cabinet" ? "Cabinet" : "Update package"} (${what.filter(Boolean).join(", ")})`;
}

/** An access that stays open when the set is closed: its caller closes it. */
function lent(access: RandomAccess): RandomAccess {
  return {
    name: access.name,
    size: access.size,
    path: access.path,
    read: (offset, length, into) => access.read(offset, length, into),
    close: async () => {},
  };
}
