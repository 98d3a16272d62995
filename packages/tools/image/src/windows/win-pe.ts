import { AdkError } from "@adk/core";
import { openOfflineHives } from "@adk/registry";
import { requireControlSet, requireHive } from "./offline-windows.ts";
import { withSource } from "./report-source.ts";
import { numberValue, textValue } from "./values.ts";

export interface WinPeSettings {
  /** MB */
  readonly scratchSpace: number;
  readonly targetPath: string;
}

/** Of Windows PE where its registry does not say ("DISM Windows PE Servicing Command-Line Options"). */
const DEFAULTS: WinPeSettings = { scratchSpace: 32, targetPath: "X:\\" };

/** @throws AdkError `IMAGE_NOT_WINPE` */
export async function readWinPe(source: string): Promise<WinPeSettings> {
  return withSource(source, async (volume) => {
    await using hives = await openOfflineHives(volume);
    const software = await requireHive(hives, "SOFTWARE");
    const set = await requireControlSet(hives);
    const key = software.key("Microsoft\\Windows NT\\CurrentVersion\\WinPE");
    if (!key && !set.descend("Control\\MiniNT")) {
      throw new AdkError("IMAGE_NOT_WINPE", "Only Windows PE has a scratch space and a target path.", {
        kind: "usage",
      });
    }
    return {
      scratchSpace: numberValue(set.descend("Services\\FBWF"), "WinPECacheThreshold") ?? DEFAULTS.scratchSpace,
      targetPath: textValue(key, "InstRoot") ?? DEFAULTS.targetPath,
    };
  });
}
