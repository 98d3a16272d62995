import * as z from "zod";
import { SETUP, SHELL } from "../../catalog/component-names.ts";
import { editionsOfKey, keyOfEdition, productKeyProblem } from "../../facts/product-keys.ts";
import type { AnswerReader } from "../answer-reader.ts";
import { secretSchema } from "../secret.ts";
import { definedFields, defineTopic, toNumber } from "../topic.ts";

const edition = z.string().refine((name) => keyOf(name) !== undefined, {
  error: "No published key selects this edition; write its name like `Windows 11 Pro`, or give `key` or `image`.",
});
const key = secretSchema.refine((given) => typeof given !== "string" || productKeyProblem(given) === undefined, {
  error: "This is no product key: five groups of five characters of BCDFGHJKMPQRTVWXY2346789 and N.",
});

/** Which Windows of the medium is installed. */
export const windows = defineTopic({
  name: "windows",
  schema: z
    .strictObject({
      edition: edition
        .optional()
        .describe("Selects the edition by Microsoft's published setup key; activates nothing."),
      key: key.optional().describe("A product key that selects the edition in Setup."),
      image: z
        .union([z.number().int().min(1), z.string().min(1)])
        .optional()
        .describe("Number or name of the image in install.wim."),
      activationKey: secretSchema.optional().describe("The key that Windows is activated with."),
      acceptEula: z.literal(true).optional().describe("Accepts Microsoft's licence terms."),
    })
    .refine((part) => part.edition === undefined || part.key === undefined, {
      error: "Give `edition` or `key`, not both.",
      path: ["key"],
    }),

  write({ edition, key, image, activationKey, acceptEula }, builder, { secret }) {
    const given = key === undefined ? undefined : secret(key);
    const setupKey = edition === undefined ? given : keyOf(edition);
    builder.set("windowsPE", SETUP, "UserData/ProductKey/Key", setupKey);
    builder.set("windowsPE", SETUP, "UserData/AcceptEula", acceptEula);
    if (image !== undefined) {
      const Key = typeof image === "number" ? "/IMAGE/INDEX" : "/IMAGE/NAME";
      builder.add("windowsPE", SETUP, IMAGE_DATA, { Key, Value: image });
    }
    if (activationKey !== undefined) builder.set("specialize", SHELL, "ProductKey", secret(activationKey));
  },

  read(reader) {
    const setupKey = reader.get("windowsPE", SETUP, "UserData/ProductKey/Key");
    const name = setupKey === undefined ? undefined : editionOf(setupKey, reader.tree.target);
    return definedFields({
      edition: name,
      key: name === undefined ? setupKey : undefined,
      image: readImage(reader),
      activationKey: reader.get("specialize", SHELL, "ProductKey"),
      acceptEula: reader.get("windowsPE", SETUP, "UserData/AcceptEula") === "true" ? (true as const) : undefined,
    });
  },
});

const IMAGE_DATA = "ImageInstall/OSImage/InstallFrom/MetaData";

function readImage(reader: AnswerReader): number | string | undefined {
  const [data, ...more] = reader.items("windowsPE", SETUP, IMAGE_DATA);
  if (!data || more.length > 0) return undefined;
  return data.get("Key") === "/IMAGE/INDEX" ? toNumber(data.get("Value")) : data.get("Value");
}

/** Clients take the generic key, which needs no key server afterwards; servers have only those of KMS clients. */
function keyOf(name: string): string | undefined {
  return (keyOfEdition(name, "generic") ?? keyOfEdition(name, "kms-client"))?.key;
}

/** The edition that writes this very key. */
function editionOf(setupKey: string, target: string | undefined): string | undefined {
  const client = target?.startsWith("win10") ? "Windows 10" : "Windows 11";
  const names = editionsOfKey(setupKey).map((known) => known.edition.replace("Windows 10/11", client));
  return names.find((name) => keyOf(name) === setupKey);
}
