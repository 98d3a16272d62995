import { applySettings, imageSettings, RegistryEdits } from "@adk/image";
import * as z from "zod";
import { strict } from "../manifest/fields.ts";
import { defineLayer } from "./layer.ts";

/** Sets what the registry of the image says of time zone, locale, owner, edition, services and Windows PE. */
export const settings = defineLayer({
  // A product key is a secret, and a manifest is kept with the rest of a project.
  schema: strict({ kind: z.literal("settings"), ...imageSettings.omit({ productKey: true }).shape }),

  describe: ({ kind: _, ...given }) => `${Object.keys(given).join(", ")} -> registry`,

  async apply({ kind: _, ...given }, { changes, time }) {
    await using edits = await RegistryEdits.open(changes, time);
    await applySettings(edits, given);
    await edits.flush();
  },
});
