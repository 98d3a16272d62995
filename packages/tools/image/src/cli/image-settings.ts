import { basename } from "node:path";
import { type Command, readInput, usageError } from "@adk/cli-kit";
import { parseRegFile, type RegFile } from "@adk/registry";
import * as z from "zod";
import type { EditOptions } from "../servicing/edit-image.ts";
import { editRegistry } from "../servicing/registry-edits.ts";
import { removeAppx } from "../servicing/remove-appx.ts";
import { applySettings, type ImageSettings, imageSettings, SCRATCH_SPACE } from "../servicing/settings.ts";
import { START_TYPES } from "../windows/services.ts";
import { edit } from "./image-session.ts";

interface SetOptions extends EditOptions {
  timeZone?: string;
  systemLocale?: string;
  owner?: string;
  organization?: string;
  edition?: string;
  productKeyFile?: string;
  service?: Map<string, string>;
  scratchSpace?: string;
  targetPath?: string;
}

/** Edits of the registry: `set`, `import-reg`, `remove-appx`. */
export function defineSettingsCommands(image: Command): void {
  image
    .command("set <image>")
    .description("Set what the registry of an image says of time zone, locale, owner, edition and services.")
    .option("--time-zone <name>", "as tzutil tells it: W. Europe Standard Time")
    .option("--system-locale <tag>", "of programs that are not Unicode: de-DE")
    .option("--owner <name>", "registered owner")
    .option("--organization <name>", "registered organization")
    .option("--edition <id>", "edition id in the registry; it changes no component of Windows")
    .option(
      "--product-key-file <file>",
      "a file with the product key, or - for standard input: no key on a command line",
    )
    .option("--service <name=start>", `start type of a service: ${START_TYPES.join(", ")}; several times too`, service)
    .option("--scratch-space <mb>", `of Windows PE: ${SCRATCH_SPACE.join(", ")}`)
    .option("--target-path <path>", "of Windows PE: X:\\")
    .withThreads()
    .withDryRun()
    .run(async (context, name: string, options: SetOptions) => {
      const { productKeyFile } = options;
      const key = productKeyFile === undefined ? undefined : await readInput(context, productKeyFile);
      const settings = settingsOf(options, key && new TextDecoder().decode(key).trim());
      return edit(
        context,
        name,
        (session) => editRegistry(session, (edits) => applySettings(edits, settings)),
        options,
      );
    });

  image
    .command("import-reg <image> <file...>")
    .description("Apply .reg files to the registry of an image: all of them, or none.")
    .option("--user <name>", "whose HKEY_CURRENT_USER is: a SID or profile folder", "Default")
    .withThreads()
    .withDryRun()
    .addHelpText(
      "after",
      "\nHKEY_CURRENT_USER is the profile that new users begin with, unless --user names another.\n",
    )
    .run(async (context, name: string, files: string[], options: EditOptions & { user: string }) => {
      const parsed: RegFile[] = [];
      for (const file of files) parsed.push(parseRegFile(await readInput(context, file), { name: basename(file) }));
      await edit(
        context,
        name,
        (session) =>
          editRegistry(
            session,
            async (edits) => {
              for (const each of parsed) await edits.import(each);
            },
            options.user,
          ),
        options,
      );
    });

  image
    .command("remove-appx <image> <app...>")
    .description("Take apps out of those that new users get, by package, family or app name; * stands for any part.")
    .option("--delete-files", "their files too; the app store's own database still names them")
    .withThreads()
    .withDryRun()
    .run((context, name: string, apps: string[], options: EditOptions & { deleteFiles?: boolean }) =>
      edit(
        context,
        name,
        (session) =>
          editRegistry(session, async (edits) => {
            await removeAppx(session, edits, apps, options);
          }),
        options,
      ),
    );
}

function service(text: string, before = new Map<string, string>()): Map<string, string> {
  const at = text.lastIndexOf("=");
  if (at > 0) return new Map([...before, [text.slice(0, at), text.slice(at + 1)]]);
  throw usageError("BAD_OPTION_VALUE", `--service takes NAME=START, not "${text}".`, "adk image set");
}

function settingsOf(options: SetOptions, productKey: string | undefined): ImageSettings {
  const { scratchSpace } = options;
  const given = {
    timeZone: options.timeZone,
    systemLocale: options.systemLocale,
    registeredOwner: options.owner,
    registeredOrganization: options.organization,
    editionId: options.edition,
    productKey,
    services: options.service && Object.fromEntries(options.service),
    scratchSpace: scratchSpace === undefined ? undefined : Number(scratchSpace),
    targetPath: options.targetPath,
  };
  if (Object.values(given).every((value) => value === undefined)) {
    throw usageError("NOTHING_TO_SET", "There is nothing to set.", "adk image set");
  }
  const settings = imageSettings.safeParse(given);
  if (settings.success) return settings.data;
  throw usageError("BAD_OPTION_VALUE", z.prettifyError(settings.error), "adk image set");
}
