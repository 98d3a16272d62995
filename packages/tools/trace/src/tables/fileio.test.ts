import { expect, test } from "vitest";
import { SyntheticTrace } from "../testing/synthetic-trace.ts";
import { fileIoTable } from "./fileio.ts";

const [OBJECT, KEY] = [-0x1000, -0x2000];
const thread = 104;

const scenario = () =>
  new SyntheticTrace()
    .process(100, "app.exe", { start: 0 })
    .thread(thread, 100, { start: 0 })
    .file(KEY, "\\Device\\HarddiskVolume2\\data.txt")
    .fileOperation("Create", 1, 1.5, { IrpPtr: 1, FileObject: OBJECT, OpenPath: "C:\\data.txt" }, { thread })
    // The second request begins before the first one is done.
    .fileOperation(
      "Read",
      2,
      4,
      { IrpPtr: 2, FileObject: OBJECT, FileKey: KEY, IoSize: 4096, Offset: 8192 },
      { thread, information: 100 },
    )
    .fileOperation(
      "QueryInfo",
      3,
      3.25,
      { IrpPtr: 3, FileObject: OBJECT, FileKey: -0x3000, InfoClass: 5 },
      { thread, status: 0xc0000022 },
    )
    .fileOperation("Rename", 5, 6, { IrpPtr: 2, FileObject: OBJECT, InfoClass: 10 }, { thread })
    .event("FileIO/RenamePath", 5.5, { IrpPtr: 2, FileObject: OBJECT, TTID: thread, FileName: "C:\\new.txt" })
    .event("FileIO/Close", 7, { IrpPtr: 9, FileObject: OBJECT, TTID: thread });

test("file operations of a synthetic trace: durations by request, paths by object, results by name", async () => {
  const rows = await scenario().rows(fileIoTable);
  expect(rows.map(({ operation, path, status }) => [operation, path, status])).toEqual([
    ["Create", "C:\\data.txt", "STATUS_SUCCESS"],
    ["Read", "\\Device\\HarddiskVolume2\\data.txt", "STATUS_SUCCESS"],
    // The file system has no name for it: that of the object is the one it was opened with.
    ["QueryInfo", "C:\\data.txt", "STATUS_ACCESS_DENIED"],
    ["Rename", "C:\\data.txt", "STATUS_SUCCESS"],
    ["Close", "C:\\data.txt", ""],
  ]);
  expect(rows.map(({ duration }) => duration)).toEqual(
    [500, 2000, 250, 1000, null].map((each) => (each === null ? null : expect.closeTo(each))),
  );
  expect(rows[1]).toMatchObject({
    process: "app.exe",
    pid: 100,
    thread,
    size: 4096,
    offset: 8192,
    information: 100,
    start: 2,
    end: 4,
  });
  expect(rows[2]).toMatchObject({ size: null, infoClass: 5 });
  expect(rows[3]).toMatchObject({ target: "C:\\new.txt" });
});

test("file operations of Windows 7, whose events have another order of fields", async () => {
  const trace = new SyntheticTrace()
    .process(100, "app.exe", { start: 0 })
    .thread(thread, 100, { start: 0 })
    .event("FileIO/Create", 1, { IrpPtr: 1, TTID: thread, FileObject: OBJECT, OpenPath: "C:\\a" }, { version: 2 })
    .event("FileIO/OperationEnd", 2, { IrpPtr: 1, NtStatus: 0xc0000034 }, { version: 2 });
  const [row] = await trace.rows(fileIoTable);
  expect(row).toMatchObject({ process: "app.exe", thread, path: "C:\\a", status: "STATUS_OBJECT_NAME_NOT_FOUND" });
});
