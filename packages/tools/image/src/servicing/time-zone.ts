import { AdkError, suggest } from "@adk/core";
import { bytesValue, textValue } from "../windows/values.ts";
import type { RegistryEdits } from "./registry-edits.ts";

const ZONES = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Time Zones";
const CURRENT = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\TimeZoneInformation";
/** REG_TZI_FORMAT: three biases, then two SYSTEMTIMEs ("TIME_ZONE_INFORMATION", learn.microsoft.com). */
const TZI_SIZE = 44;

/**
 * Sets the time zone, by the rules that the image itself has for it.
 *
 * @param name as tzutil /l tells it, in any case: `W. Europe Standard Time`
 * @throws AdkError `IMAGE_NO_TIME_ZONE`
 */
export async function setTimeZone(edits: RegistryEdits, name: string): Promise<void> {
  const zones = await edits.key(ZONES);
  const zone = zones?.subkey(name);
  const rules = bytesValue(zone, "TZI");
  if (!zone || rules?.length !== TZI_SIZE) {
    const near = suggest(name, zones?.subkeys().map((key) => key.name) ?? []);
    throw new AdkError("IMAGE_NO_TIME_ZONE", "The image does not know this time zone.", {
      kind: "usage",
      found: name,
      hint: near ? `Did you mean "${near}"?` : undefined,
    });
  }
  const view = new DataView(rules.buffer, rules.byteOffset, rules.length);
  const number = (offset: number) => ({ type: "number", number: view.getInt32(offset, true) }) as const;
  const date = (offset: number) => ({ type: 3, bytes: rules.slice(offset, offset + 16) }) as const;
  const set = (value: string, data: Parameters<RegistryEdits["setValue"]>[2]) => edits.setValue(CURRENT, value, data);
  await set("TimeZoneKeyName", { type: "text", text: zone.name });
  await set("StandardName", { type: "text", text: textValue(zone, "MUI_Std") ?? textValue(zone, "Std") ?? zone.name });
  await set("DaylightName", { type: "text", text: textValue(zone, "MUI_Dlt") ?? textValue(zone, "Dlt") ?? zone.name });
  await set("Bias", number(0));
  await set("StandardBias", number(4));
  await set("DaylightBias", number(8));
  await set("StandardStart", date(12));
  await set("DaylightStart", date(28));
  await set("DynamicDaylightTimeDisabled", { type: "number", number: 0 });
  // What is in force depends on the day; Windows computes it at its next start.
  await set("ActiveTimeBias", number(0));
}
