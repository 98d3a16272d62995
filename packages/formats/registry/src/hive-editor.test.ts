import {
  formatSddl,
  MemoryAccess,
  parseSddl,
  parseSecurityDescriptor,
  securityDescriptorToBytes,
  upcase,
} from "@adk/core";
import { adkError, random } from "@adk/testing";
import { describe, expect, test } from "vitest";
import { checkHive, compactHive, HiveEditor, type Key, openHive, RegType, textData } from "./index.ts";
import { contentOf } from "./testing/content.ts";

const TIME = 132_000_000_000_000_000n;

/** What a hive should hold. */
interface Model {
  name: string;
  readonly values: Map<string, { name: string; type: number; data: Uint8Array }>;
  readonly subkeys: Map<string, Model>;
}

const model = (name: string): Model => ({ name, values: new Map(), subkeys: new Map() });

function expectModel(key: Key, expected: Model): void {
  const subkeys = [...expected.subkeys].sort(([a], [b]) => (a < b ? -1 : 1));
  expect(key.subkeys().map(({ name }) => name)).toEqual(subkeys.map(([, { name }]) => name));
  const values = key.values().map((value) => ({ name: value.name, type: value.type, data: value.data().slice() }));
  expect(values).toEqual([...expected.values.values()]);
  for (const [, subkey] of subkeys) expectModel(key.subkey(subkey.name.toLowerCase()) as Key, subkey);
}

function expectSound(editor: HiveEditor): void {
  expect(checkHive(editor.hive).findings).toEqual([]);
}

const NAMES = [
  "a",
  "A",
  "b",
  "Größe",
  "Ключ",
  "key",
  "KEY1",
  "long name of a key",
  "ß",
  "ı",
  "z{}",
  "",
  "x".repeat(255),
];

describe.each([3, 4, 5, 6])("version 1.%i", (minorVersion) => {
  test("any changes leave a sound hive that holds what was set", async () => {
    const next = random(minorVersion);
    const pick = <T>(list: readonly T[]): T => list[next() % list.length] as T;
    let editor = HiveEditor.create({ minorVersion, time: TIME });
    const root = model("ROOT");
    for (let step = 0; step < 1500; step++) {
      // A key somewhere, with what it should hold.
      let [key, at, above] = [editor.hive.root, root, undefined as Model | undefined];
      while (at.subkeys.size > 0 && next() % 4 !== 0) {
        above = at;
        at = pick([...at.subkeys.values()]);
        key = key.subkey(at.name) as Key;
      }
      const name = pick(NAMES) || `n${next() % 700}`;
      switch (next() % 9) {
        case 0:
        case 1:
        case 2:
        case 3:
          editor.createKey(name, key);
          if (!at.subkeys.has(upcase(name))) at.subkeys.set(upcase(name), model(name));
          break;
        case 4:
        case 5: {
          const data = new Uint8Array(pick([0, 1, 4, 5, 8, 100, 4000, 16_344, 16_345, 40_000])).fill(next());
          const type = next() % 20;
          const there = at.values.get(upcase(name));
          editor.setValue(key, name, type, data);
          at.values.set(upcase(name), { name: there?.name ?? name, type, data });
          break;
        }
        case 6:
          expect(editor.deleteValue(key, name)).toBe(at.values.delete(upcase(name)));
          break;
        case 7:
          if (!above || next() % 4 !== 0) break;
          editor.deleteKey(key);
          above.subkeys.delete(upcase(at.name));
          break;
        default: {
          if (!above || (above.subkeys.get(upcase(name)) ?? at) !== at) break;
          expect(editor.renameKey(key, name).name).toBe(name);
          above.subkeys.delete(upcase(at.name));
          at.name = name;
          above.subkeys.set(upcase(name), at);
        }
      }
      if (step % 300 === 299) {
        expectSound(editor);
        editor = await HiveEditor.open(new MemoryAccess(editor.toBytes()), { time: TIME });
      }
    }
    expectSound(editor);
    expectModel(editor.hive.root, root);
    const compact = compactHive(editor.hive, { time: TIME });
    expectSound(compact);
    expectModel(compact.hive.root, root);
    expect(checkHive(compact.hive).freeBytes).toBeLessThanOrEqual(checkHive(editor.hive).freeBytes);
  });

  test("thousands of subkeys, made and deleted in any order", async () => {
    const next = random(7);
    const names = Array.from({ length: 3000 }, (_, i) => `Key ${i}`).sort(() => (next() % 2 ? 1 : -1));
    const editor = HiveEditor.create({ minorVersion, time: TIME });
    for (const name of names) editor.createKey(name);
    expectSound(editor);
    expect(editor.hive.root.subkeyCount).toBe(3000);
    for (const name of names.slice(0, 2990)) editor.deleteKey(editor.hive.key(name.toUpperCase()) as Key);
    expectSound(editor);
    const left = names.slice(2990).sort((a, b) => (upcase(a) < upcase(b) ? -1 : 1));
    expect(editor.hive.root.subkeys().map(({ name }) => name)).toEqual(left);
    for (const name of left) editor.deleteKey(editor.hive.key(name) as Key);
    expect(editor.hive.root.subkeys()).toEqual([]);
    expectSound(editor);
    // All of it is free, and the bins are dropped.
    expect(editor.toBytes().length).toBe(8192);
  });
});

test("free cells are used again", () => {
  const editor = HiveEditor.create({ time: TIME });
  const key = editor.createKey("key");
  for (let i = 0; i < 500; i++) editor.setValue(key, `v${i % 10}`, RegType.BINARY, new Uint8Array(200 + (i % 7) * 8));
  expectSound(editor);
  expect(editor.toBytes().length).toBeLessThanOrEqual(3 * 4096);
});

test("equal security descriptors are kept once, with their count", async () => {
  const editor = HiveEditor.create({ time: TIME });
  const special = securityDescriptorToBytes(parseSddl("O:BAG:SYD:(A;;KA;;;SY)"));
  const keys = ["a", "b", "c"].map((name) => editor.createKey(name));
  const before = checkHive(editor.hive).usedBytes;
  for (const key of keys) editor.setSecurity(key, special);
  expectSound(editor);
  expect(checkHive(editor.hive).usedBytes - before).toBeLessThan(110);
  const inherited = editor.createKey("a\\below");
  expect(formatSddl(parseSecurityDescriptor(inherited.securityDescriptor as Uint8Array))).toBe(
    "O:BAG:SYD:(A;;KA;;;SY)",
  );
  for (const key of keys) editor.deleteKey(key);
  expectSound(editor);
  expect(checkHive(editor.hive).keys).toBe(1);
  expect(() => editor.setSecurity(editor.hive.root, new Uint8Array(5))).toThrow(
    adkError("SECURITY_DESCRIPTOR_BAD_HEADER"),
  );
});

test("class names", () => {
  const editor = HiveEditor.create({ time: TIME });
  const key = editor.createKey("key");
  editor.setClassName(key, "Клас");
  expect(key.className).toBe("Клас");
  editor.setClassName(key, "another that is longer");
  editor.setClassName(key, undefined);
  expect(key.className).toBeUndefined();
  expectSound(editor);
});

test("a copy holds what the source holds, and replaces what is there", async () => {
  const from = HiveEditor.create({ time: TIME });
  const source = from.createKey("source\\below");
  from.setValue(source, "v", RegType.SZ, textData("copied"));
  from.setClassName(source, "class");
  const to = HiveEditor.create({ time: TIME, minorVersion: 3 });
  const target = to.createKey("source\\below");
  to.setValue(target, "V", RegType.DWORD, new Uint8Array(4));
  to.setValue(target, "kept", RegType.DWORD, new Uint8Array(4));
  to.copyKey(from.hive.root, to.hive.root);
  expect(target.values().map(({ name, type }) => [name, type])).toEqual([
    ["V", RegType.SZ],
    ["kept", RegType.DWORD],
  ]);
  expect(target.className).toBe("class");
  expect(() => to.copyKey(to.hive.root, target)).toThrow(adkError("REG_COPY_INTO_ITSELF"));
  to.copyKey(target, to.createKey("elsewhere"));
  expectSound(to);
});

test("equal changes give equal bytes", () => {
  const make = (): Uint8Array => {
    const editor = HiveEditor.create({ time: TIME });
    for (let i = 0; i < 100; i++) editor.setValue(editor.createKey(`k${i}`), "v", RegType.SZ, textData(String(i)));
    return editor.toBytes();
  };
  expect(make()).toEqual(make());
});

test("a saved hive opens with what it held, one sequence number on", async () => {
  const editor = HiveEditor.create({
    time: TIME,
    rootName: "root",
    fileName: "C:\\Windows\\System32\\config\\SOFTWARE",
  });
  editor.createKey("a\\b");
  const hive = await openHive(new MemoryAccess(editor.toBytes()));
  expect(contentOf(hive)).toEqual(contentOf(editor.hive));
  expect(hive.baseBlock).toMatchObject({
    primarySequence: 1,
    secondarySequence: 1,
    minorVersion: 5,
    checksumRight: true,
    fileName: "indows\\System32\\config\\SOFTWARE",
    lastWritten: TIME,
  });
});

test("what cannot be done is refused", async () => {
  const editor = HiveEditor.create({ time: TIME });
  const key = editor.createKey("key");
  const other = HiveEditor.create({ time: TIME });
  expect(() => editor.deleteKey(editor.hive.root)).toThrow(adkError("REG_IS_ROOT"));
  expect(() => editor.createKey("x".repeat(256))).toThrow(adkError("REG_BAD_KEY_NAME"));
  expect(() => editor.renameKey(key, "a\\b")).toThrow(adkError("REG_BAD_KEY_NAME"));
  expect(() => editor.renameKey(editor.createKey("other"), "KEY")).toThrow(adkError("REG_KEY_EXISTS"));
  expect(() => editor.setValue(key, "x".repeat(16_384), 1, new Uint8Array(0))).toThrow(adkError("REG_BAD_VALUE_NAME"));
  expect(() => editor.setValue(key, "v", 2 ** 32, new Uint8Array(0))).toThrow(adkError("REG_BAD_VALUE_TYPE"));
  expect(() => other.setValue(key, "v", 1, new Uint8Array(0))).toThrow(adkError("REG_FOREIGN_KEY"));
  expect(() => HiveEditor.create({ minorVersion: 7 })).toThrow(adkError("REG_UNSUPPORTED_VERSION"));
  editor.deleteKey(key);
  expect(() => editor.setValue(key, "v", 1, new Uint8Array(0))).toThrow(adkError("REG_DELETED_KEY"));
  expect(() => editor.createKey(Array.from({ length: 513 }, () => "d").join("\\"))).toThrow(adkError("REG_TOO_DEEP"));
  const future = editor.toBytes();
  future[24] = 7;
  await expect(HiveEditor.open(new MemoryAccess(future), { ignoreLogs: true })).rejects.toEqual(
    adkError("REG_UNSUPPORTED_VERSION", { kind: "unsupported" }),
  );
  const damaged = editor.toBytes();
  damaged[4096] = 0;
  await expect(HiveEditor.open(new MemoryAccess(damaged))).rejects.toEqual(adkError("REG_DAMAGED"));
});
