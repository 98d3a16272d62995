import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { HiveEditor, importRegFile, parseRegFile } from "@adk/registry";

const TIME = 133_500_000_000_000_000n;
const VERSION = "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";

/** Registry of a small Windows PE that nobody made but us. */
const HIVES: Readonly<Record<string, string>> = {
  SOFTWARE: `
[${VERSION}]
"CurrentBuildNumber"="22621"
"InstallationType"="Client"
"BuildLabEx"="22621.1.amd64fre.ni_release.220506-1250"
[${VERSION}\\WinPE]
"InstRoot"="X:\\\\"
[${VERSION}\\WinPE\\OC\\WinPE-WMI-Package]
`,
  SYSTEM: `
[SYSTEM\\Select]
"Current"=dword:00000001
[SYSTEM\\ControlSet001\\Control\\MiniNT]
[SYSTEM\\ControlSet001\\Services\\FBWF]
"WinPECacheThreshold"=dword:00000020
`,
};

/** Files with boot programs that are none: their first bytes say what firmware they are for. */
function bootTree(): Record<string, string | Uint8Array> {
  return {
    "Windows/Boot/EFI/bootmgfw.efi": efiProgram(),
    "Windows/Boot/EFI/bootmgr.efi": efiProgram(),
    "Windows/Boot/EFI/memtest.efi": "memtest",
    "Windows/Boot/EFI/en-US/bootmgfw.efi.mui": "mui",
    "Windows/Boot/PCAT/bootmgr": "bootmgr",
    "Windows/Boot/PCAT/bootnxt": "bootnxt",
    "Windows/Boot/PCAT/memtest.exe": "memtest",
    "Windows/Boot/Fonts/segoe_slboot.ttf": "font",
    "Windows/Boot/Resources/bootres.dll": "resources",
    "Windows/Boot/DVD/EFI/boot.sdi": "$SDI0001",
    "Windows/System32/startnet.cmd": "wpeinit\r\n",
    "Windows/System32/winpe.jpg": "picture",
  };
}

/** A directory with a small Windows PE as it is applied. */
export function makeWindows(root: string): string {
  const files: Record<string, string | Uint8Array> = bootTree();
  for (const [hive, text] of Object.entries(HIVES)) {
    const editor = HiveEditor.create({ time: TIME });
    const bytes = Buffer.from(`Windows Registry Editor Version 5.00\n${text.replaceAll("[", "[HKEY_LOCAL_MACHINE\\")}`);
    importRegFile(editor, parseRegFile(bytes), { root: `HKEY_LOCAL_MACHINE\\${hive}` });
    files[`Windows/System32/config/${hive}`] = editor.toBytes();
  }
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

/** The headers of a program that UEFI starts, and that does nothing. @param machine IMAGE_FILE_MACHINE_*, default x64 */
export function efiProgram(machine = 0x8664): Uint8Array {
  const bytes = new Uint8Array(0x400);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0x5a4d, true);
  view.setUint32(0x3c, 0x40, true);
  view.setUint32(0x40, 0x4550, true);
  view.setUint16(0x44, machine, true);
  view.setUint16(0x54, 240, true);
  view.setUint16(0x56, 0x22, true);
  view.setUint16(0x58, 0x20b, true);
  view.setUint16(0x58 + 68, 10, true);
  return bytes;
}
