// What registry.bench.ts measures, one work a process: `node registry-work.ts WORK ...`. With `import` it only loads the package.
import { openSync, writeSync } from "node:fs";
import { exportRegFile, HiveEditor, numberData, openHiveFile, RegType, textData, walkKeys } from "@adk/registry";

const [work, path = "", count = "0"] = process.argv.slice(2);
switch (work) {
  case "import":
    break;
  case "walk":
    await walk();
    break;
  case "export":
    await exportHive();
    break;
  case "write":
    await write(Number(count));
    break;
  case "one-value":
    await oneValue();
    break;
  default:
    throw new Error(`unknown work ${work}`);
}

/** Reads every name and all data. */
async function walk(): Promise<void> {
  await using hive = await openHiveFile(path);
  let read = 0;
  for (const { name, values } of walkKeys(hive.root)) {
    read += name.length;
    for (const value of values) read += value.name.length + value.data().length;
  }
  if (read === 0) throw new Error("nothing was read");
}

async function exportHive(): Promise<void> {
  await using hive = await openHiveFile(path);
  const target = openSync("/dev/null", "w");
  for (const piece of exportRegFile(hive.root, { root: "HKEY_LOCAL_MACHINE\\SYSTEM" })) writeSync(target, piece);
}

/** Keys of one parent with four values each, as an inventory or a policy has them. */
async function write(keys: number): Promise<void> {
  const editor = HiveEditor.create();
  const parent = editor.createKey("Software\\Bench");
  for (let i = 0; i < keys; i++) {
    const key = editor.createKey(`key${i.toString().padStart(6, "0")}`, parent);
    editor.setValue(key, "name", RegType.SZ, textData(`value ${i}`));
    editor.setValue(key, "number", RegType.DWORD, numberData(i));
    editor.setValue(key, "path", RegType.EXPAND_SZ, textData(`%SystemRoot%\\System32\\drivers\\thing${i}.sys`));
    editor.setValue(key, "blob", RegType.BINARY, new Uint8Array(100 + (i % 64)).fill(i));
  }
  await editor.save(path, { overwrite: true });
}

/** Prints milliseconds from the open hive to the value, and MB that opening and reading took. */
async function oneValue(): Promise<void> {
  const before = process.memoryUsage.rss();
  await using hive = await openHiveFile(path);
  const start = performance.now();
  const size = hive.key("Software\\Bench\\key123456")?.value("path")?.data().length;
  const milliseconds = performance.now() - start;
  if (!size) throw new Error("the value was not found");
  console.log(JSON.stringify({ milliseconds, megabytes: (process.memoryUsage.rss() - before) / 1e6 }));
}
