import { AdkError, suggest } from "@adk/core";
import * as z from "zod";
import { START_TYPES } from "../windows/services.ts";
import { numberValue } from "../windows/values.ts";
import { findSystemLocale, SYSTEM_LOCALES } from "./code-pages.ts";
import type { RegistryEdits } from "./registry-edits.ts";
import { setTimeZone } from "./time-zone.ts";

const CURRENT_VERSION = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";
const CONTROL_SET = "HKLM\\SYSTEM\\CurrentControlSet";

/** Sizes that Windows PE takes for its scratch space, in MB ("DISM Windows PE Servicing Command-Line Options"). */
export const SCRATCH_SPACE = [32, 64, 128, 256, 512] as const;

/** Settings of an offline Windows that are values in its registry. */
export const imageSettings = z.strictObject({
  timeZone: z.string().optional().describe("A time zone that the image knows: `W. Europe Standard Time`."),
  systemLocale: z.string().optional().describe("Locale of programs that are not Unicode: `de-DE`."),
  registeredOwner: z.string().max(255).optional(),
  registeredOrganization: z.string().max(255).optional(),
  editionId: z
    .string()
    .regex(/^[A-Za-z0-9]{1,60}$/)
    .optional()
    .describe("What the registry says of the edition; it changes no component of Windows."),
  productKey: z
    .string()
    .regex(/^(?:[B-DF-HJKMNP-RTV-Y2-46-9]{5}-){4}[B-DF-HJKMNP-RTV-Y2-46-9]{5}$/i)
    .optional()
    .describe("The key that Windows keeps as its back-up; an answer file gives Setup its key."),
  services: z
    .record(z.string(), z.enum(START_TYPES))
    .optional()
    .describe("Start types of services and drivers that the image has."),
  scratchSpace: z.literal(SCRATCH_SPACE).optional().describe("Of Windows PE, in MB."),
  targetPath: z
    .string()
    .regex(/^[A-Za-z]:\\$|^[A-Za-z]:\\.{1,32}$/)
    .optional()
    .describe("Of Windows PE: the drive that it sees itself on, `X:\\`."),
});
export type ImageSettings = z.output<typeof imageSettings>;

/**
 * Sets them in the registry of an image.
 *
 * @throws AdkError `IMAGE_NO_TIME_ZONE`, `IMAGE_NO_LOCALE`, `IMAGE_NO_SERVICE`, `IMAGE_NOT_WINPE`
 */
export async function applySettings(edits: RegistryEdits, settings: ImageSettings): Promise<void> {
  const { timeZone, systemLocale, services = {}, scratchSpace, targetPath } = settings;
  if (timeZone !== undefined) await setTimeZone(edits, timeZone);
  if (systemLocale !== undefined) await setSystemLocale(edits, systemLocale);
  for (const [name, start] of Object.entries(services)) await setServiceStart(edits, name, START_TYPES.indexOf(start));
  const texts = {
    RegisteredOwner: settings.registeredOwner,
    RegisteredOrganization: settings.registeredOrganization,
    EditionID: settings.editionId,
  };
  for (const [name, text] of Object.entries(texts)) {
    if (text !== undefined) await edits.setValue(CURRENT_VERSION, name, { type: "text", text });
  }
  if (settings.productKey !== undefined) {
    const place = `${CURRENT_VERSION}\\SoftwareProtectionPlatform`;
    const text = settings.productKey.toUpperCase();
    await edits.setValue(place, "BackupProductKeyDefault", { type: "text", text });
  }
  if (scratchSpace !== undefined || targetPath !== undefined) await requireWinPe(edits);
  if (scratchSpace !== undefined) {
    const place = `${CONTROL_SET}\\Services\\FBWF`;
    await edits.setValue(place, "WinPECacheThreshold", { type: "number", number: scratchSpace });
  }
  if (targetPath !== undefined) {
    await edits.setValue(`${CURRENT_VERSION}\\WinPE`, "InstRoot", { type: "text", text: targetPath });
  }
}

/** As "DISM Languages and International Servicing" describes `/Set-SysLocale`; the code page of old Macintosh programs stays. */
async function setSystemLocale(edits: RegistryEdits, name: string): Promise<void> {
  const locale = findSystemLocale(name);
  if (!locale) {
    const near = suggest(name, SYSTEM_LOCALES);
    throw new AdkError("IMAGE_NO_LOCALE", "No code pages are known for this locale.", {
      kind: "usage",
      found: name,
      hint: near ? `Did you mean "${near}"?` : undefined,
    });
  }
  const nls = `${CONTROL_SET}\\Control\\Nls`;
  const text = (value: string) => ({ type: "text", text: value }) as const;
  await edits.setValue(`${nls}\\Language`, "Default", text(locale.lcid));
  await edits.setValue(`${nls}\\Locale`, "", text(`0000${locale.lcid}`));
  await edits.setValue(`${nls}\\CodePage`, "ACP", text(String(locale.ansi)));
  await edits.setValue(`${nls}\\CodePage`, "OEMCP", text(String(locale.oem)));
}

async function setServiceStart(edits: RegistryEdits, name: string, start: number): Promise<void> {
  const services = await edits.key(`${CONTROL_SET}\\Services`);
  const service = name.includes("\\") ? undefined : services?.subkey(name);
  if (!service || numberValue(service, "Start") === undefined) {
    const near = suggest(name, services?.subkeys().map((key) => key.name) ?? []);
    throw new AdkError("IMAGE_NO_SERVICE", "The image has no such service.", {
      kind: "usage",
      found: name,
      hint: near ? `Did you mean "${near}"?` : undefined,
    });
  }
  await edits.setValue(`${CONTROL_SET}\\Services\\${service.name}`, "Start", { type: "number", number: start });
}

async function requireWinPe(edits: RegistryEdits): Promise<void> {
  const isWinPe =
    (await edits.key(`${CURRENT_VERSION}\\WinPE`)) ?? (await edits.key(`${CONTROL_SET}\\Control\\MiniNT`));
  if (isWinPe) return;
  throw new AdkError("IMAGE_NOT_WINPE", "Only Windows PE has a scratch space and a target path.", { kind: "usage" });
}
