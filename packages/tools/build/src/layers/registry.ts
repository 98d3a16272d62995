import { basename } from "node:path";
import { RegistryEdits } from "@adk/image";
import { parseRegFile } from "@adk/registry";
import * as z from "zod";
import { hostPath, strict } from "../manifest/fields.ts";
import { readHostFile } from "./host-file.ts";
import { defineLayer } from "./layer.ts";

const MOST_BYTES = 256 << 20;

/** Applies .reg files to the registry of the image, all of them or none. */
export const registry = defineLayer({
  schema: strict({
    kind: z.literal("registry"),
    from: z
      .union([hostPath, z.array(hostPath).min(1)])
      .describe("The .reg files, relative to the manifest, in their order."),
    user: z
      .string()
      .optional()
      .describe("Whose HKEY_CURRENT_USER is: a SID or profile folder. Default: the profile that new users begin with."),
  }),

  describe: ({ from }) => `${[from].flat().join(", ")} -> registry`,

  async apply({ from, user }, { changes, resolve, time }) {
    await using edits = await RegistryEdits.open(changes, time, user);
    for (const path of [from].flat()) {
      const { bytes } = await readHostFile(resolve(path), MOST_BYTES);
      await edits.import(parseRegFile(bytes, { name: basename(path) }));
    }
    await edits.flush();
  },
});
