import { type Finding, Findings, LayeredVolume, stampTime, type Volume } from "@adk/core";
import { openSource } from "@adk/sources";
import * as z from "zod";
import { type CreateUsbOptions, createUsb, createUsbResult } from "../create-usb.ts";
import { efiLoaderName } from "../efi-boot-image.ts";
import { checkBootFiles, findLoaders, findPrograms, type MediaBoot, mediaBoot } from "./boot-look-up.ts";

/** `adk media usb` */
export const createMediaUsbResult = createUsbResult.extend({ boot: z.array(mediaBoot) });
export type CreateMediaUsbResult = z.output<typeof createMediaUsbResult>;

/**
 * Makes the image of a stick of a Windows medium. A medium without `EFI\Boot\boot*.efi` gets it of its boot manager.
 *
 * @param source a directory, a disc, or a volume, which is closed at the end
 * @throws AdkError as `createUsb`
 */
export async function createMediaUsb(
  source: string | Volume,
  file: string,
  options: CreateUsbOptions,
): Promise<CreateMediaUsbResult> {
  const findings = new Findings();
  const time = options.time ?? stampTime();
  const name = typeof source === "string" ? source : undefined;
  const opened = typeof source === "string" ? await openSource(source, { findings }) : source;
  const volume = new LayeredVolume(opened, { time });
  const boot: MediaBoot[] = [];
  try {
    const loaders = await findLoaders(volume);
    if (loaders.length > 0) boot.push({ firmware: "uefi", from: loaders.map(({ path }) => path), made: false });
    else {
      for (const program of await findPrograms(volume, name)) {
        const name = (await efiLoaderName(program)).toLowerCase();
        await volume.putFile(`/EFI/Boot/${name}`, { kind: "bytes", bytes: program.bytes, time }, 1);
        boot.push({ firmware: "uefi", from: [program.name], made: true });
      }
    }
    await checkBootFiles(volume, boot, findings);
  } catch (error) {
    await volume.close();
    throw error;
  }
  const result = await createUsb(volume, file, options);
  const all: Finding[] = [...findings.list, ...result.findings];
  return { ...result, findings: all, boot };
}
