import type { Groups } from "@adk/cli-kit";

export const groups: Groups = [
  {
    name: "wim",
    summary: "Examine, verify, capture, apply and export WIM and ESD files",
    load: () => import("./wim.ts"),
  },
  {
    name: "image",
    summary: "Look into an offline Windows and change it: sessions, drivers, settings, apps",
    load: () => import("./image.ts"),
  },
  {
    name: "cab",
    summary: "List, check and extract cabinets, update packages (MSU) and patch storage files (PSF)",
    load: () => import("./cab.ts"),
  },
  {
    name: "dism",
    summary:
      "DISM's command line: images (information, apply, capture, export ...) and servicing (drivers, packages, settings ...)",
    replaces: "DISM.exe",
    load: () => import("./dism.ts"),
  },
  {
    name: "imagex",
    summary: "ImageX's command line: info, dir, apply, capture, append, export, delete, split",
    replaces: "imagex.exe",
    load: () => import("./imagex.ts"),
  },
  {
    name: "registry",
    summary: "Read, change, compare, check and recover registry hives, without Windows",
    load: () => import("./registry.ts"),
  },
  {
    name: "reg",
    summary: "reg.exe's command line on hive files: query, add, delete, copy, compare, export, import",
    replaces: "reg.exe",
    load: () => import("./reg.ts"),
  },
];
