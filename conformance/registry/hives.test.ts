import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FileAccess, MemoryAccess } from "@adk/core";
import {
  checkHive,
  compactHive,
  diffHives,
  HiveEditor,
  openHive,
  openHiveFile,
  recoverDeleted,
  repairHive,
} from "@adk/registry";
import { describe, expect, onTestFinished, test } from "vitest";
import { describeWithData } from "../support/data.ts";
import { canonicalHive } from "./canonical.ts";
import { unpacked } from "./hive-files.ts";

/** What a peer (yarp), and Windows itself, say of a hive. */
interface HiveTruth {
  readonly file: string;
  readonly dirty?: boolean;
  readonly keys?: number;
  readonly values?: number;
  readonly databytes?: number;
  readonly canon?: string;
  readonly replay?: { readonly refused?: string; readonly size?: number; readonly sha256_from_4096?: string };
  readonly same_as?: string;
}

/** What is wrong with the hives that the peer refuses to read; it stops where we go on. */
const DAMAGED: Readonly<Record<string, { keys: number; error?: string }>> = {
  "regf/nt-hive-testhive": { keys: 528 },
  "regf/regipy-corrupted_system_hive": { keys: 1687, error: "REG_BAD_BIN" },
  "regf/yarp-BadListHive": { keys: 6, error: "REG_SHARED_CELL" },
  "regf/yarp-TruncatedNameHive": { keys: 2, error: "REG_BAD_NAME" },
  "regf/yarp-WrongOrderHive": { keys: 11, error: "REG_BAD_ORDER" },
};

describeWithData("media", (directory) => {
  const truths: HiveTruth[] = JSON.parse(readFileSync(join(directory, "facts/hive-truth.json"), "utf8"));
  const pathOf = (truth: HiveTruth): Promise<string> => unpacked(join(directory, truth.same_as ?? truth.file));
  const content = ({ keys, values, databytes, canon }: HiveTruth): object => ({ keys, values, databytes, canon });

  test.each(truths.filter(({ canon }) => canon))("$file: content as told, and nothing wrong", async (truth) => {
    await using hive = await openHiveFile(await pathOf(truth), { ignoreLogs: true });
    expect(canonicalHive(hive)).toEqual(content(truth));
    expect(hive.dirty).toBe(truth.dirty ?? false);
    const report = checkHive(hive);
    expect(report.findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(report).toMatchObject({ keys: truth.keys, values: truth.values, dataBytes: truth.databytes });
  });

  test.each(truths.filter(({ canon }) => canon))("$file: the same after compacting", async (truth) => {
    await using hive = await openHiveFile(await pathOf(truth), { ignoreLogs: true });
    const bytes = compactHive(hive, { time: 1n }).toBytes();
    const compact = await openHive(new MemoryAccess(bytes));
    expect(canonicalHive(compact)).toEqual(content(truth));
    expect([...diffHives(hive.root, compact.root)]).toEqual([]);
    const report = checkHive(compact);
    expect(report.findings.filter(({ code }) => code !== "REG_BAD_ROOT_FLAG")).toEqual([]);
    // Headers of bins, and what is left at their ends: most where all cells are of one size.
    expect(bytes.length).toBeLessThanOrEqual(report.usedBytes * 1.04 + 2 * 4096);
  });

  test.each(truths.filter(({ canon }) => !canon))("$file: read as far as it goes", async (truth) => {
    const { keys, error } = DAMAGED[truth.file] as { keys: number; error?: string };
    await using hive = await openHiveFile(await pathOf(truth));
    expect(canonicalHive(hive).keys).toBe(keys);
    const { ok, findings } = checkHive(hive);
    expect(ok).toBe(error === undefined);
    if (error === undefined) return;
    expect(findings.map(({ code }) => code)).toContain(error);
    const repaired = repairHive(hive);
    expect(checkHive(repaired.editor.hive).findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(canonicalHive(repaired.editor.hive).keys).toBeGreaterThanOrEqual(keys - 1);
    await expect(HiveEditor.openFile(await pathOf(truth))).rejects.toMatchObject({ code: "REG_DAMAGED" });
  });

  describe("log replay", () => {
    test.each(truths.filter(({ replay }) => replay))("$file", async (truth) => {
      const logs: FileAccess[] = [];
      for (const ending of [".LOG1", ".LOG2"]) logs.push(await FileAccess.open(join(directory, truth.file) + ending));
      const access = await FileAccess.open(await pathOf(truth));
      onTestFinished(async () => {
        for (const file of [access, ...logs]) await file.close();
      });
      if (truth.replay?.refused) {
        await expect(openHive(access, { logs })).rejects.toMatchObject({ code: "REG_DIRTY" });
        return;
      }
      const hive = await openHive(access, { logs });
      const bins = hive.cells.bytes.subarray(4096);
      expect(bins.length + 4096).toBe(truth.replay?.size);
      expect(createHash("sha256").update(bins).digest("hex")).toBe(truth.replay?.sha256_from_4096);
      expect(canonicalHive(hive)).toEqual(content(truth.replay as HiveTruth));
    });

    test("the whole file is what Windows 10 makes of it", async () => {
      const at = join(directory, "regf/yarp-NewDirtyHive1");
      await using hive = await openHiveFile(join(at, "NewDirtyHive"));
      const windows = readFileSync(join(at, "RecoveredHive_Windows10"));
      expect(Buffer.compare(hive.cells.bytes, windows)).toBe(0);
    });

    test("the hive is what Windows 7 makes of it, but for what it writes when it uses it", async () => {
      const at = join(directory, "regf/yarp-OldDirtyHive");
      await using hive = await openHiveFile(join(at, "OldDirtyHive"));
      const windows = readFileSync(join(at, "RecoveredHive_Windows7"));
      const different = [...hive.cells.bytes.keys()].filter((at) => at >= 4096 && hive.cells.bytes[at] !== windows[at]);
      // The time in the first bin, and the access bits of one key.
      expect(different).toEqual([0x1014, 0x1015, 0x1016, 0x1017, 0x1018, 0x6bdc8]);
    });

    test("a dirty hive without logs is refused", async () => {
      const path = join(directory, "regf/regipy-amcache.hve");
      await expect(openHiveFile(path)).rejects.toMatchObject({ code: "REG_DIRTY" });
    });
  });

  test("deleted keys and values", async () => {
    await using hive = await openHiveFile(join(directory, "regf/yarp-DeletedDataHive"));
    const found = [...recoverDeleted(hive)].map((each) => (each.kind === "key" ? each.path : each.name));
    expect(found).toEqual(["456", "v2"]);
  });

  test("a hive of differences has tombstones", async () => {
    await using hive = await openHiveFile(join(directory, "regf/yarp-System_Delta"));
    const layers = new Set<string>();
    const visit = (key: typeof hive.root): void => {
      layers.add(key.layer);
      for (const subkey of key.subkeys()) visit(subkey);
    };
    visit(hive.root);
    expect(layers).toContain("tombstone");
  });
});

describe.each(["app-compat/hives", "app-compat/amcache", "user-state/hives"])("%s", (field) => {
  describeWithData(field, (directory) => {
    test("every hive is sound, and the same after compacting", async () => {
      for (const name of ["plaso-NTUSER.DAT", "regipy-NTUSER_with_winscp.DAT.xz", "plaso-Amcache.hve.xz"]) {
        if (!existsSync(join(directory, name))) continue;
        await using hive = await openHiveFile(await unpacked(join(directory, name)), { ignoreLogs: true });
        expect(checkHive(hive).findings.filter(({ severity }) => severity === "error")).toEqual([]);
        expect(canonicalHive(compactHive(hive).hive)).toEqual(canonicalHive(hive));
      }
    });
  });
});
