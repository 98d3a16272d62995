import type { Key } from "@adk/registry";
import * as z from "zod";
import { textValue, textValues } from "./values.ts";

/** Languages and regional settings of a control set, as `DISM /Get-Intl` tells them. */
export const windowsLanguages = z.object({
  /** UI languages that are installed: `en-US`. */
  installed: z.array(z.string()),
  defaultUiLanguage: z.string().optional(),
  /** Of programs that are not Unicode: `0409`. */
  systemLocale: z.string().optional(),
  timeZone: z.string().optional(),
});
export type WindowsLanguages = z.output<typeof windowsLanguages>;

export function readLanguages(controlSet: Key): WindowsLanguages {
  const mui = controlSet.descend("Control\\MUI\\UILanguages");
  const language = controlSet.descend("Control\\Nls\\Language");
  const zone = controlSet.descend("Control\\TimeZoneInformation");
  return {
    installed: mui?.subkeys().map(({ name }) => name) ?? [],
    defaultUiLanguage:
      textValues(controlSet.descend("Control\\MUI\\Settings"), "PreferredUILanguages")[0] ??
      textValue(language, "InstallLanguage"),
    systemLocale: textValue(language, "Default"),
    timeZone: textValue(zone, "TimeZoneKeyName") ?? textValue(zone, "StandardName"),
  };
}
