import * as z from "zod";
import { parseRelease } from "../facts/releases.ts";
import { administratorPassword, autologon, users } from "./topics/accounts.ts";
import { commands } from "./topics/commands.ts";
import { computer } from "./topics/computer.ts";
import { domain } from "./topics/domain.ts";
import { locale } from "./topics/locale.ts";
import { network } from "./topics/network.ts";
import { remoteDesktop } from "./topics/remote-desktop.ts";
import { drivers, features } from "./topics/servicing.ts";
import { settingsSchema } from "./topics/settings.ts";
import { storage } from "./topics/storage.ts";
import { audit, oobe, privacy, setup, system } from "./topics/switches.ts";
import { windows } from "./topics/windows.ts";

/** The parts of a manifest, in the order in which they are written. */
export const TOPICS = [
  locale,
  setup,
  storage,
  windows,
  drivers,
  features,
  system,
  computer,
  network,
  domain,
  remoteDesktop,
  privacy,
  audit,
  oobe,
  administratorPassword,
  users,
  autologon,
  commands,
] as const;

/** Stands in a comment of the file, so that its letters are few. */
const release = z
  .string()
  .regex(/^\w+(?:[.-]\w+)*$/, "Expected a release like win11-24h2.")
  .superRefine((text, context) => {
    try {
      parseRelease(text);
    } catch (error) {
      const { message, hint } = error as { message: string; hint?: string };
      context.addIssue({ code: "custom", message: `${message} ${hint ?? ""}`.trim() });
    }
  });

/** An answer file as people think of it: `unattend.yaml`, and the `unattend` section of a deployment. */
export const unattendSchema = z
  .strictObject({
    target: release.optional().describe("The Windows that it is for: win11-24h2, server2025."),
    architecture: z.enum(["amd64", "x86", "arm64"]).optional().describe("Default amd64."),
    locale: locale.schema.optional(),
    setup: setup.schema.optional(),
    storage: storage.schema.optional(),
    windows: windows.schema.optional(),
    drivers: drivers.schema.optional(),
    features: features.schema.optional(),
    system: system.schema.optional(),
    computer: computer.schema.optional(),
    network: network.schema.optional(),
    domain: domain.schema.optional(),
    remoteDesktop: remoteDesktop.schema.optional(),
    privacy: privacy.schema.optional(),
    audit: audit.schema.optional(),
    oobe: oobe.schema.optional(),
    administratorPassword: administratorPassword.schema.optional(),
    users: users.schema.optional(),
    autologon: autologon.schema.optional(),
    commands: commands.schema.optional(),
    settings: settingsSchema
      .optional()
      .describe("Settings that the other parts do not know, as they stand in the file."),
  })
  .meta({ title: "Answer file", description: "A manifest of `adk unattend from-manifest`." });
export type UnattendManifest = z.output<typeof unattendSchema>;

export const DEFAULT_ARCHITECTURE = "amd64";

/** JSON Schema of a manifest, for editors. */
export function unattendJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(unattendSchema, { io: "input", target: "draft-2020-12" });
}
