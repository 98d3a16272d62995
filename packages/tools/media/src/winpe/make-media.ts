import { stat } from "node:fs/promises";
import { join } from "node:path";
import { AdkError, type LongOperation } from "@adk/core";
import { createUsb } from "../create-usb.ts";
import { parseOscdimg } from "../oscdimg/parse.ts";
import { runOscdimg } from "../oscdimg/run.ts";
import { findBelow } from "./adk-folders.ts";

export interface MakeMediaHost extends LongOperation {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
}

/** A command line of MakeWinPEMedia. */
export interface MakeMediaCommand {
  readonly kind: "iso" | "ufd";
  /** Replace what is there. */
  readonly force: boolean;
  /** What copype made. */
  readonly directory: string;
  readonly destination: string;
}

/** @returns undefined for what is no command line of MakeWinPEMedia */
export function parseMakeMedia(argv: readonly string[]): MakeMediaCommand | undefined {
  const [kind, ...rest] = argv;
  const force = rest[0]?.toLowerCase() === "/f";
  const [directory, destination, ...more] = force ? rest.slice(1) : rest;
  const isIso = kind?.toLowerCase() === "/iso";
  if (!isIso && kind?.toLowerCase() !== "/ufd") return undefined;
  if (directory === undefined || destination === undefined || more.length > 0) return undefined;
  return { kind: isIso ? "iso" : "ufd", force, directory, destination };
}

/**
 * Makes a disc, or the image of a USB stick, of a working directory of copype.
 *
 * @throws AdkError `MAKEMEDIA_NO_DIRECTORY`, `MAKEMEDIA_BAD_DIRECTORY`, `MAKEMEDIA_BAD_DESTINATION`, `ALREADY_EXISTS`
 */
export async function makeMedia(command: MakeMediaCommand, host: MakeMediaHost): Promise<void> {
  const { directory, destination, force } = command;
  const bad = (code: string, message: string, found: string) => new AdkError(code, message, { kind: "usage", found });
  if (!(await stat(directory).catch(() => undefined))) {
    throw bad("MAKEMEDIA_NO_DIRECTORY", "Working directory does not exist:", directory);
  }
  const media = await findBelow(directory, "media");
  const firmware = await findBelow(directory, "fwfiles");
  if (!media || !firmware) throw bad("MAKEMEDIA_BAD_DIRECTORY", "Working directory is not valid:", directory);
  if (command.kind === "ufd") {
    if (/^[a-z]:\\?$/i.test(destination)) {
      throw bad(
        "MAKEMEDIA_BAD_DESTINATION",
        "Sticks are not written here; name the file of a disk image:",
        destination,
      );
    }
    host.say(`Creating ${destination}...`);
    await createUsb(media, destination, { scheme: "mbr", label: "WINPE", overwrite: force });
    return;
  }
  if (!/\.iso$/i.test(destination)) {
    throw bad("MAKEMEDIA_BAD_DESTINATION", "Destination needs to be an .ISO file:", destination);
  }
  if (!force && (await stat(destination).catch(() => undefined))) {
    throw new AdkError("ALREADY_EXISTS", "The file exists already; /f replaces it:", { found: destination });
  }
  host.say(`Creating ${destination}...`);
  const bios = await findBelow(firmware, "etfsboot.com");
  const efi = (await findBelow(firmware, "efisys.bin")) ?? join(firmware, "efisys.bin");
  const bootData = bios ? `2#p0,e,b"${bios}"#pEF,e,b"${efi}"` : `1#pEF,e,b"${efi}"`;
  await runOscdimg(parseOscdimg([`-bootdata:${bootData}`, "-u1", "-udfver102", media, destination]), host);
}
