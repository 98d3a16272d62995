import { AdkError, type VolumeEntry } from "@adk/core";
import * as z from "zod";
import { hostPath, strict } from "../manifest/fields.ts";
import { defineLayer } from "./layer.ts";

/**
 * Directories of a `$OEM$` tree and where Setup copies them ("Distribution Shares and Configuration Sets Overview",
 * learn.microsoft.com).
 */
const TARGETS: ReadonlyMap<string, string> = new Map([
  ["$$", "/Windows"],
  ["$1", "/"],
]);

/** Copies a `$OEM$` tree as Setup would: `$$` to `/Windows`, `$1` to the root of the system drive. */
export const oem = defineLayer({
  schema: strict({
    kind: z.literal("oem"),
    from: hostPath.describe("The $OEM$ directory, relative to the manifest."),
  }),

  describe: ({ from }) => `${from} -> /Windows, /`,

  async apply({ from }, { changes, findings, resolve }) {
    const source = await changes.openHost(resolve(from));
    changes.hostDirectories.push(resolve(from));
    for (const entry of await source.volume.list(source.volume.root)) {
      refuseDrive(entry, resolve(from));
      const to = TARGETS.get(entry.name);
      if (to !== undefined) await changes.addBelow(source, entry, to);
      else {
        findings.warning("OEM_NOT_COPIED", "Setup copies only $$ and $1 to the system drive; this is left out.", {
          path: entry.path,
        });
      }
    }
  },
});

/** `$OEM$\D` is copied to another drive than the image becomes. */
function refuseDrive({ name }: VolumeEntry, file: string): void {
  if (!/^[a-z]$/i.test(name)) return;
  throw new AdkError("OEM_DRIVE_DIRECTORY", `The directory ${name} is meant for drive ${name.toUpperCase()}:.`, {
    file,
    hint: "An image is one drive. Put what belongs on the system drive into $1, and copy the rest when Windows is set up.",
  });
}
