import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ByteWriter, FileAccess, Findings, guidToBytes } from "@adk/core";
import { EtlWriter } from "@adk/etl";
import { formatTraceMessage } from "@adk/event-schema";
import { PdbFile } from "@adk/pdb";
import { adkError, temporaryDirectory } from "@adk/testing";
import { readSchemaFiles } from "@adk/trace";
import { expect, test } from "vitest";
import { startAdk } from "./support/adk.ts";
import { describeWithData } from "./support/data.ts";
import { describeWithPeer, type Peer } from "./support/peers.ts";

const GUID = "b0a2ab1c-5ef9-1ea1-cc83-9a8b4c3a1a8d";

/** Annotations as WPP's templates make them of trace calls, for messages and for the flags of the provider. */
const SOURCE = `
static int level;
__declspec(noinline) int control(int code) {
  __annotation(L"TMF:", L"${GUID} driver // SRC=queue.c MJ= MN=",
    L"#typev  queue_c258 12 \\"%0%!FUNC!: code %10!d! for %11!s!\\" //   LEVEL=TRACE_LEVEL_ERROR FLAGS=QUEUE FUNC=DeviceControl",
    L"{", L"Code, ItemLong -- 10", L"Path, ItemWString -- 11", L"}");
  __annotation(L"TMC:", L"d58c126f-b309-11d1-969e-0000f875a5bc", L"CtlGuid", L"QUEUE");
  return level += code;
}
__declspec(noinline) int other(int code) {
  __annotation(L"TMF:", L"${GUID} driver // SRC=queue.c MJ= MN=",
    L"#typev  queue_c300 13 \\"%0\\u00fcber %10!s!\\" //   LEVEL=4", L"{", L"State, ItemListLong(Low,High) -- 10", L"}");
  return code;
}
int entry(void) { return control(1) + other(2); }
`;

const S_SKIP = 0x0007;
const S_ANNOTATION = 0x1019;

/** lld leaves a hole of the same size where it does not know a record: Microsoft's linker would keep what the compiler wrote. */
function fillHoles(pdb: Buffer, object: Buffer): number {
  let filled = 0;
  for (let at = object.indexOf("TM"); at >= 0; at = object.indexOf("TM", at + 1)) {
    const start = at - 12;
    if (object.readUInt16LE(start + 2) !== S_ANNOTATION) continue;
    const size = object.readUInt16LE(start);
    const hole = Buffer.from(Uint16Array.of((size + 2 + 3) & ~3, S_SKIP).buffer);
    hole.writeUInt16LE(hole.readUInt16LE(0) - 2, 0);
    const place = pdb.indexOf(hole);
    if (place < 0) continue;
    object.copy(pdb, place + 2, start + 2, start + 2 + size);
    filled++;
  }
  return filled;
}

async function compileDriver(clang: Peer, link: Peer, cwd: string): Promise<string> {
  const database = join(cwd, "driver.pdb");
  writeFileSync(join(cwd, "driver.c"), SOURCE);
  const target = ["--target=x86_64-pc-windows-msvc", "-fms-extensions"];
  await clang.run([...target, "-O1", "-g", "-gcodeview", "-c", "driver.c", "-o", "driver.obj"], { cwd });
  await link.run(["/nodefaultlib", "/entry:entry", "/subsystem:console", "/debug", "driver.obj"], { cwd });
  const pdb = readFileSync(database);
  expect(fillHoles(pdb, readFileSync(join(cwd, "driver.obj")))).toBe(3);
  writeFileSync(database, pdb);
  return database;
}

/** A trace of one message, and of the database that has its text, as WPP sessions of Windows 11 begin. */
async function writeTrace(file: string, { guid, age }: { guid: string; age: number }): Promise<void> {
  const header = { startTime: 133_500_000_000_000_000n, timeStamp: 0n, perfFrequency: 10_000_000n };
  await using writer = await EtlWriter.create(file, { header, overwrite: true });
  const name = Buffer.from("driver.pdb\0");
  const named = new ByteWriter().bytes(guidToBytes(guid)).u32(age).bytes(name).finish();
  writer.add(0, { header: "perfinfo", hook: 0x0040, version: 2, timeStamp: 1n, payload: named, pointerSize: 8 });
  const payload = Buffer.concat([Buffer.from(Int32Array.of(-3).buffer), Buffer.from("C:\\a\0", "utf16le")]);
  const ids = { processId: 4, threadId: 8 };
  writer.add(0, { header: "wpp", message: GUID, number: 12, timeStamp: 2n, payload, ...ids });
  await writer.finish();
}

describeWithPeer(["clang-14", "lld-link-14"], (clang, link) => {
  test("messages are printed by the database of a program that clang compiled", { timeout: 60_000 }, async () => {
    const cwd = temporaryDirectory();
    const database = await compileDriver(clang, link, cwd);
    const { messages } = await readSchemaFiles([database], new Findings());
    expect(messages.size).toBe(2);
    const say = (number: number, ...payload: Buffer[]) =>
      formatTraceMessage(messages.find(GUID, number)!, Buffer.concat(payload), 8);
    const code = Buffer.from(Int32Array.of(-3).buffer);
    expect(say(12, code, Buffer.from("C:\\a\0", "utf16le"))).toBe("DeviceControl: code -3 for C:\\a");
    expect(say(13, Buffer.from(Int32Array.of(1).buffer))).toBe("über High");
    expect(messages.find(GUID, 12)).toMatchObject({ level: "TRACE_LEVEL_ERROR", flags: "QUEUE", source: "queue_c258" });
  });

  test("a database is found by what the trace tells of it", { timeout: 60_000 }, async () => {
    const cwd = temporaryDirectory();
    const database = await compileDriver(clang, link, cwd);
    const { info, dbi, id } = await PdbFile.open(await FileAccess.open(database));
    const store = join(cwd, "store", "driver.pdb", id);
    mkdirSync(store, { recursive: true });
    writeFileSync(join(store, "driver.pdb"), readFileSync(database));
    const age = dbi.age || info.age;
    const argv = ["trace", "events", "driver.etl", "--json", "--filter", "driver/*", "--symbols", "store"];
    await writeTrace(join(cwd, "driver.etl"), { guid: info.guid, age });
    const found = await startAdk(argv, { cwd }).ended;
    expect(JSON.parse(found.stdout)).toMatchObject({
      message: "DeviceControl: code -3 for C:\\a",
      fields: { Code: -3 },
    });
    // That of another build is left alone.
    await writeTrace(join(cwd, "driver.etl"), { guid: info.guid, age: age + 1 });
    expect(await startAdk(argv, { cwd }).ended).toMatchObject({ exitCode: 0, stdout: "" });
  });
});

describeWithData("trace", (data) => {
  test("a database without messages is refused", async () => {
    const refused = adkError("TRACE_NO_SCHEMA", { file: join(data, "CppCon.pdb") });
    await expect(readSchemaFiles([join(data, "CppCon.pdb")], new Findings())).rejects.toThrow(refused);
  });
});
