import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { applySettings, editImage, RegistryEdits, reportWindows } from "@adk/image";
import { HiveEditor, importRegFile, parseRegFile } from "@adk/registry";
import { openSource } from "@adk/sources";
import { temporaryDirectory } from "@adk/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { unpacked } from "./registry/hive-files.ts";
import { describeWithData } from "./support/data.ts";
import { describeWithPeer } from "./support/peers.ts";

/** A service as RegRipper lists it. */
interface ListedService {
  readonly name: string;
  readonly type: string;
  readonly start: string;
}

const KINDS: Readonly<Record<string, string>> = {
  "Kernel driver": "kernel driver",
  "File system driver": "file system driver",
  Own_Process: "service",
  Share_Process: "service",
};
const STARTS: Readonly<Record<string, string>> = {
  "Boot Start": "boot",
  "System Start": "system",
  "Auto Start": "auto",
  Manual: "demand",
  Disabled: "disabled",
};

describeWithData("app-compat", (data) => {
  let root = "";
  const config = () => join(root, "Windows/System32/config");

  /** The folder of an offline Windows: a real SYSTEM hive, and a SOFTWARE hive with a real list of programs. */
  beforeAll(async () => {
    root = temporaryDirectory();
    mkdirSync(config(), { recursive: true });
    copyFileSync(await unpacked(join(data, "hives/regipy-SYSTEM.xz")), join(config(), "SYSTEM"));
    const editor = HiveEditor.create();
    const programs = parseRegFile(readFileSync(join(data, "reg/glpi-xp-Uninstall.reg")));
    importRegFile(editor, programs, { root: "HKEY_LOCAL_MACHINE\\SOFTWARE" });
    writeFileSync(join(config(), "SOFTWARE"), editor.toBytes());
  });

  const report = async (...parts: Parameters<typeof reportWindows>[2]) => {
    await using volume = await openSource(root);
    return reportWindows(root, volume, parts);
  };

  test("services are those that RegRipper lists", async () => {
    const listed = listedServices(await unpacked(join(data, "hives/regipy-SYSTEM.services.regripper.txt.xz")));
    const { services = [] } = await report("services");
    const found = new Map(services.map((each) => [each.name, each]));
    const typed = listed.filter(({ type }) => type !== "");
    expect(services.map(({ name }) => name).sort()).toEqual(typed.map(({ name }) => name).sort());
    for (const { name, type, start } of typed) {
      const { kind, start: own } = found.get(name) ?? {};
      // It writes 0x0 for every type that it has no name for.
      expect([name, kind, own]).toEqual([name, type === "0x0" ? kind : KINDS[type], STARTS[start]]);
    }
  });

  test("programs are those that winget would list", async () => {
    const { programs = [] } = await report("programs");
    expect(programs.filter(({ systemComponent }) => !systemComponent)).toHaveLength(361);
  });

  describeWithPeer(["hivexget"], (hivexget) => {
    test("a setting in a real hive is read by hivex", async () => {
      const start = async () => {
        return (await hivexget.run([join(config(), "SYSTEM"), "\\ControlSet001\\Services\\BITS", "Start"])).text;
      };
      expect(await start()).toBe("3\n");
      const result = await editImage(root, async (session) => {
        await using edits = await RegistryEdits.open(session, session.time);
        await applySettings(edits, { services: { bits: "disabled" } });
        await edits.flush();
      });
      expect(result.changes.map(({ path }) => path)).toEqual(["/Windows/System32/config/SYSTEM"]);
      expect(await start()).toBe("4\n");
    });
  });
});

describe("a list of RegRipper", () => {
  test("is read as it is written", () => {
    expect(parseServices("  Name      = a\n  Type      = Own_Process\n  Start     = Manual\n")).toEqual([
      { name: "a", type: "Own_Process", start: "Manual" },
    ]);
  });
});

function listedServices(path: string): ListedService[] {
  return parseServices(readFileSync(path, "utf8"));
}

function parseServices(text: string): ListedService[] {
  const entries = text.matchAll(/^ {2}Name +=(.*)\n(?: {2}(?!Name).*\n)* {2}Type +=(.*)\n {2}Start +=(.*)\n/gm);
  return [...entries].map(([, name = "", type = "", start = ""]) => ({
    name: name.trim(),
    type: type.trim(),
    start: start.trim(),
  }));
}
