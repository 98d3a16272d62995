import { join } from "node:path";
import { AtomicFile, baseName, equalNames } from "@adk/core";
import { createPxe } from "@adk/media";
import * as z from "zod";
import { outputFileName, strict } from "../manifest/fields.ts";
import { ANSWER_FILE, requireMedium } from "../media/medium.ts";
import { copyImage } from "./built-images.ts";
import { describeImageFile, imageFileFields } from "./image-file.ts";
import { defineOutput } from "./output.ts";

/** What the folder may hold: other files in it, as wimboot, are the user's. */
const OWN_FILE =
  /^(bootmgr|boot(x64|aa64|ia32)\.efi|bcd|boot\.sdi|boot\.wim|boot\.ipxe|install\.(wim|esd)|autounattend\.xml)$/i;

/** A folder for a web server, from which iPXE starts the Windows PE of the medium, with the image and the answer file beside it. */
export const pxe = defineOutput({
  schema: strict({
    kind: z.literal("pxe"),
    directory: outputFileName.describe("Name of the folder in the output directory."),
    url: z.string().min(1).optional().describe("Where the folder will be on the server; default: where the script is."),
    ...imageFileFields,
  }),

  describe: (output) => `network boot, image ${describeImageFile(output)}`,

  owns({ directory }, path) {
    const [folder = "", file, ...more] = path.split("/");
    return equalNames(folder, directory) && more.length === 0 && (file === undefined || OWN_FILE.test(file));
  },

  // What it needs of the medium is told when it is copied.
  plan: async () => ({ boots: [], facts: [] }),

  async write(output, context) {
    const medium = requireMedium(context.medium);
    const built = await context.images.get(medium.optionsOf(output));
    const { volume, file } = await medium.withImage(built.path, output);
    const folder = join(context.directory, output.directory);
    const answerFile = await volume.lookup(ANSWER_FILE);
    const answers = answerFile && (await volume.read(answerFile));
    const { files } = await createPxe(volume, folder, { url: output.url });
    // Where the image is the Windows PE that is started, it is there already.
    const isStarted = files.some((name) => equalNames(name, baseName(file.path)));
    const image = isStarted ? baseName(file.path) : `install.${output.solid ? "esd" : "wim"}`;
    if (!isStarted) await copyImage(built.path, join(folder, image));
    if (answers) await writeFile(join(folder, baseName(ANSWER_FILE)), answers);
    const more = [...(isStarted ? [] : [image]), ...(answers ? [baseName(ANSWER_FILE)] : [])];
    const written = [...files, ...more].map((name) => `${output.directory}/${name}`);
    const boots = files.filter((name) => /^bootmgr$|\.efi$/.test(name)).map((name) => bootOf(name));
    const path = `${output.directory}/${image}`;
    return {
      content: built.figures,
      medium: {
        form: "Network boot folder",
        label: "",
        boots,
        files: written.length,
        directories: 1,
        image: [{ path, bytes: file.bytes }],
      },
      written,
    };
  },
});

function bootOf(name: string): string {
  return name === "bootmgr" ? `BIOS: ${name}` : `UEFI: ${name}`;
}

async function writeFile(path: string, bytes: Uint8Array): Promise<void> {
  await using file = await AtomicFile.create(path);
  await file.write(bytes);
  await file.commit();
}
