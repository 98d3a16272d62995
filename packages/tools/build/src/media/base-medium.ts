import { AdkError, type Volume } from "@adk/core";
import { openWimFile, wimInfo } from "@adk/wim";

const IMAGES = ["/sources/install.wim", "/sources/install.esd", "/sources/install.swm", "/sources/boot.wim"];
/** More images than Microsoft puts on a medium. */
const MOST_TOLD = 20;

/**
 * Refuses a medium of Windows as base: the image on it is meant.
 *
 * @param name as the manifest has it
 * @throws AdkError `BUILD_BASE_IS_MEDIUM`, whose hint tells the images
 */
export async function refuseMedium(base: Volume, name: string): Promise<void> {
  if (await base.lookup("/Windows")) return;
  for (const path of IMAGES) {
    const entry = await base.lookup(path);
    if (!entry) continue;
    const access = await base.open(entry);
    try {
      const { images } = wimInfo(await openWimFile(access));
      const names = images.slice(0, MOST_TOLD).map(({ index, name }) => `${index} "${name}"`);
      throw new AdkError("BUILD_BASE_IS_MEDIUM", "The base is a medium, and an image is needed.", {
        found: name,
        expected: `one image: ${names.join(", ")}`,
        hint: `Write base: '${name}!${entry.path}:1', with the number or the name of the image.`,
      });
    } finally {
      await access.close();
    }
  }
}
