// Makes a medium in the shape of Windows' own, with nothing of Windows on it: what starts is ours, and says so.
import { execFile } from "node:child_process";
import { mkdir, readFile, rename, rm, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { biosProgram, efiProgram } from "./boot-programs.mjs";

const TEXT = "This disc of the deployment kit starts, but there is no Windows on it. Turn the machine off.";
const FILES = {
  "setup.txt": [
    "This medium was made by examples/workstation/prepare.mjs. There is no Windows on it: where Windows has",
    "its boot files and Setup there are little programs that say so. adk build puts the image into sources.",
    "",
  ].join("\r\n"),
  bootmgr: "The boot manager of Windows would be here.\r\n",
  "boot/etfsboot.com": biosProgram(TEXT),
  "efi/boot/bootx64.efi": efiProgram(TEXT),
};
/** Where Windows has Windows PE, and the boot stores of its firmwares. */
const BOOT_IMAGE = "sources/boot.wim";
const STORES = { bios: "boot/bcd", uefi: "efi/microsoft/boot/bcd" };
const BOOT_IMAGE_TEXT = "Windows PE would be here.\r\n";

/**
 * @param directory where it is to be
 * @param time of all files
 * @param adk the file of the command, for what is not written here by hand
 * @returns whether it had to be made
 */
export async function makeMedia(directory, time, adk) {
  if (await isMade(directory)) return false;
  const made = `${directory}.part`;
  for (const path of [directory, made]) await rm(path, { recursive: true, force: true });
  for (const [path, content] of Object.entries(FILES)) await write(join(made, path), content, time);
  const tree = `${directory}.boot`;
  await write(join(tree, "Windows/System32/startnet.txt"), BOOT_IMAGE_TEXT, time);
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(time.getTime() / 1000) };
  const run = async (path, ...args) => {
    await mkdir(dirname(join(made, path)), { recursive: true });
    await promisify(execFile)(process.execPath, [adk, ...args], { env });
    await utimes(join(made, path), time, time);
  };
  await run(BOOT_IMAGE, "wim", "capture", tree, join(made, BOOT_IMAGE), "--name", "Boot", "--threads", "1");
  for (const [firmware, store] of Object.entries(STORES)) {
    await run(store, "media", "bcd", "create", join(made, store), "--winpe", firmware);
  }
  await rm(tree, { recursive: true });
  await rename(made, directory);
  return true;
}

async function isMade(directory) {
  const others = [BOOT_IMAGE, ...Object.values(STORES)].map((path) => [path, undefined]);
  for (const [path, content] of [...Object.entries(FILES), ...others]) {
    const found = await readFile(join(directory, path)).catch(() => undefined);
    if (!found || (content !== undefined && !found.equals(Buffer.from(content)))) return false;
  }
  return true;
}

async function write(path, content, time) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  await utimes(path, time, time);
}
