import type { Groups } from "@adk/cli-kit";

export const groups: Groups = [
  {
    name: "iso",
    summary: "Make, list, extract and verify images of discs: ISO 9660, Joliet, UDF, El Torito",
    load: () => import("./iso.ts"),
  },
  {
    name: "disk",
    summary: "Make bootable USB images; look into disk images: GPT, MBR, FAT, VHD, VHDX",
    load: () => import("./disk.ts"),
  },
  {
    name: "oscdimg",
    summary: "OSCDIMG's command line: discs for every boot path of Windows",
    replaces: "oscdimg.exe",
    load: () => import("./oscdimg.ts"),
  },
  {
    name: "media",
    summary: "Discs and sticks of media of Windows, Windows PE, network boot, boot stores (BCD)",
    load: () => import("./media.ts"),
  },
  {
    name: "bcdedit",
    summary: "bcdedit's command line on boot stores in files",
    replaces: "bcdedit.exe",
    load: () => import("./bcdedit.ts"),
  },
  {
    name: "bcdboot",
    summary: "bcdboot's command line: boot files and store of an applied Windows",
    replaces: "bcdboot.exe",
    load: () => import("./bcdboot.ts"),
  },
  {
    name: "copype",
    summary: "copype's command line: a working directory of Windows PE from your ADK",
    replaces: "copype.cmd",
    load: () => import("./copype.ts"),
  },
  {
    name: "makewinpemedia",
    summary: "MakeWinPEMedia's command line: a disc or stick of a working directory",
    replaces: "MakeWinPEMedia.cmd",
    load: () => import("./makewinpemedia.ts"),
  },
];
