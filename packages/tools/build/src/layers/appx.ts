import { RegistryEdits, removeAppx } from "@adk/image";
import * as z from "zod";
import { strict } from "../manifest/fields.ts";
import { defineLayer } from "./layer.ts";

/** Takes apps out of those that new users get. */
export const appx = defineLayer({
  schema: strict({
    kind: z.literal("appx"),
    remove: z.array(z.string().min(1)).min(1).describe("Package, family or app names; `*` stands for any part."),
    deleteFiles: z
      .boolean()
      .optional()
      .describe("Their files too; the database of the app store still names them. Default: they stay."),
  }),

  describe: ({ remove }) => `without the apps ${remove.join(", ")}`,

  async apply({ remove, deleteFiles }, { changes, time }) {
    await using edits = await RegistryEdits.open(changes, time);
    await removeAppx(changes, edits, remove, { deleteFiles });
    await edits.flush();
  },
});
