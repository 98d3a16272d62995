import { resolve } from "node:path";
import { usageError } from "@adk/cli-kit";
import { EMULATIONS } from "@adk/iso";
import type { BootFile } from "../boot-file.ts";

/** For the help of commands that take `--boot`. */
export const BOOT_HELP = `
--boot takes KIND=FILE: bios, uefi, or the number of another platform (0x01), and behind the file
  ,emulation=KIND   none (default), floppy (by the size of the image), ${EMULATIONS.filter((kind) => kind !== "none").join(", ")}
  ,segment=HEX      where a BIOS loads the image (default 7C0)
  ,sectors=N        sectors of 512 bytes that are loaded (default: all of the image)
  ,info-table       write where the image lies into it, as isolinux and GRUB need it
The first entry is the default one. For uefi a program of your own (bootmgfw.efi) will do: the image that holds it is made.
`;

const SETTING = /,(?:(emulation|segment|sectors)=([^,=]*)|(info-table))$/i;

/**
 * `uefi=efisys.bin`, `bios=isolinux.bin,info-table,sectors=4`.
 *
 * @throws AdkError `USAGE_BAD_OPTION_VALUE`
 */
export function parseBootOption(text: string, cwd: string, command: string): BootFile {
  const wrong = (expected: string) =>
    usageError("BAD_OPTION_VALUE", `--boot takes ${expected}; "${text}" has none.`, command);
  const at = text.indexOf("=");
  const platform = platformOf(text.slice(0, Math.max(0, at)));
  if (platform === undefined) throw wrong("KIND=FILE with bios, uefi or a number as KIND");
  let rest = text.slice(at + 1);
  const boot: { -readonly [Key in keyof BootFile]: BootFile[Key] } = { platform, file: "" };
  for (let match = SETTING.exec(rest); match; match = SETTING.exec(rest)) {
    rest = rest.slice(0, match.index);
    const [, name, value = "", flag] = match;
    if (flag !== undefined) boot.bootInfoTable = true;
    else if (name?.toLowerCase() === "emulation") {
      const emulation = ["floppy" as const, ...EMULATIONS].find((each) => each.toLowerCase() === value.toLowerCase());
      if (emulation === undefined) throw wrong(`floppy, ${EMULATIONS.join(", ")} as emulation`);
      boot.emulation = emulation;
    } else if (name?.toLowerCase() === "segment") {
      if (!/^(0x)?[0-9a-f]{1,4}$/i.test(value)) throw wrong("a hexadecimal number up to FFFF as segment");
      boot.loadSegment = Number.parseInt(value, 16);
    } else {
      if (!/^\d{1,5}$/.test(value) || Number(value) > 0xffff) throw wrong("a number up to 65535 as sectors");
      boot.sectorCount = Number(value);
    }
  }
  if (rest === "") throw wrong("a file");
  return { ...boot, file: resolve(cwd, rest) };
}

function platformOf(kind: string): BootFile["platform"] | undefined {
  if (/^(bios|uefi)$/i.test(kind)) return kind.toLowerCase() as "bios" | "uefi";
  const number = /^(0x[0-9a-f]{1,2}|\d{1,3})$/i.test(kind) ? Number(kind) : Number.NaN;
  return number <= 0xff ? number : undefined;
}
