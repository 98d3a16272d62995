import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { temporaryDirectory } from "@adk/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { groups } from "../cli/index.ts";
import { SyntheticTrace } from "../testing/synthetic-trace.ts";
import { flagWords, IRP_WORDS, informationClass, keyInformationClass, memoryWords, optionWords } from "./dump-words.ts";

const KERNEL = -0x7f_f000_0000;
const [PID, TID] = [100, 104];

/** A synthetic trace of what a process asks of files, the registry, the network and the kernel. */
function scenario(): SyntheticTrace {
  const trace = new SyntheticTrace()
    .process(PID, "app.exe")
    .thread(TID, PID)
    .image(4, KERNEL, 0x10000, "\\SystemRoot\\ntoskrnl.exe")
    .file(0x77, "C:\\data")
    .contextSwitch(1, 0, 0, TID);
  const own = { thread: TID, pid: PID };
  const opened = { CreateOptions: 0x0300_0060, FileAttributes: 0x80, ShareAccess: 5, OpenPath: "C:\\new" };
  trace.fileOperation("Create", 2, 2.5, { IrpPtr: 1, FileObject: 0x50, ...opened }, { ...own, information: 2 });
  const file = { FileObject: 0x50, FileKey: 0x77 };
  trace.fileOperation(
    "Write",
    3,
    3.008,
    { IrpPtr: 2, ...file, Offset: 0xce, IoSize: 0x41, IoFlags: 0x6_0a00 },
    {
      ...own,
      information: 0x41,
    },
  );
  trace.fileOperation("QueryInfo", 4, 4.001, { IrpPtr: 3, ...file, InfoClass: 4 }, own);
  const listing = { Length: 0x1000, InfoClass: 37, FileIndex: 0, FileName: "*.dll" };
  trace.fileOperation(
    "DirEnum",
    5,
    5.1,
    { IrpPtr: 4, FileObject: 0x51, FileKey: 0x99, ...listing },
    {
      ...own,
      status: 0x8000_0006,
    },
  );
  trace.fileOperation("Close", 6, 6.001, { IrpPtr: 5, ...file }, own);
  trace.fileOperation("FSControl", 6.5, 6.6, { IrpPtr: 6, ...file, InfoClass: 0x9_00a8 }, own);
  const key = (initial: number) => ({ InitialTime: trace.timeStamp(initial), KeyHandle: -0x1000 });
  const from = { cpu: 0, pid: PID, tid: TID };
  trace
    .event("Registry/KCBCreate", 7, { KeyHandle: -0x1000, KeyName: "\\REGISTRY\\MACHINE" }, from)
    .event("Registry/Open", 8, { ...key(7.98), KeyName: "SOFTWARE", Status: 0xc000_0034 }, from)
    .event("Registry/Query", 9, { ...key(8.999), Index: 2 }, from)
    .event("Registry/EnumerateKey", 9.5, { ...key(9.499), Index: 7 }, from)
    .event("Registry/Close", 10, key(9.999), from)
    .event("PerfInfo/SysClEnter", 11, { SysCallAddress: KERNEL + 0x10 }, { cpu: 0 })
    .event("PerfInfo/SysClExit", 12, { SysCallNtStatus: 0xc000_0005 }, { cpu: 0 })
    .event("Memory/VirtualAlloc", 13, { BaseAddress: 0x1_0000, RegionSize: 0x2000, ProcessId: PID, Flags: 0x3000 })
    .event("Memory/VirtualFree", 14, { BaseAddress: 0x1_0000, RegionSize: 0x2000, ProcessId: PID, Flags: 0x8000 })
    .event(
      "PerfInfo/PMCSample",
      14.5,
      { InstructionPointer: KERNEL + 0x20, ThreadId: TID, ProfileSource: 10 },
      { cpu: 1 },
    )
    .event("PerfInfo/SetInterval", 15, { Source: 0, NewInterval: 10_000, OldInterval: 5000 }, { cpu: 0 })
    .ready(16, 0, 8);
  const ends = { PID, size: 99, saddr: "192.0.2.1", sport: 5000, daddr: "192.0.2.2", dport: 80 };
  return trace.event("TcpIp/Recv", 17, ends).event("UdpIp/Recv", 18, ends);
}

let dump = "";
beforeAll(async () => {
  const cwd = temporaryDirectory();
  await writeFile(join(cwd, "t.etl"), await scenario().toBytes());
  dump = (await runForTest(groups, ["xperf", "-i", "t.etl"], { cwd })).stdout;
});

/** The cells of the first record of a name behind its time, or of its heading. */
function cellsOf(name: string, part: "head" | "body" = "body"): string[] {
  const text = dump.split("EndHeader\n")[part === "head" ? 0 : 1] ?? "";
  const line = text.split("\n").find((each) => each.trimStart().startsWith(`${name},`)) ?? "";
  return line
    .split(",")
    .slice(2)
    .map((cell) => cell.trim());
}

const APP = `app.exe ( ${PID})`;
const COMMON = [APP, String(TID), APP, String(TID), "0"];

describe("operations in the dump of a synthetic trace", () => {
  test("on files, with the columns of published dumps", () => {
    expect(dump).toContain(
      "\n            FileIoWrite,  TimeStamp,     Process Name ( PID),   ThreadID, LoggingProcessName ( PID), LoggingThreadID, CPU,             IrpPtr,         FileObject,   ByteOffset,       Size,      Flags, ExtraFlags, Priority, FileName, ParsedFlags\n",
    );
    expect(cellsOf("FileIoWrite")).toEqual([
      ...COMMON,
      "0x0000000000000002",
      "0x0000000000000050",
      "0x00000000ce",
      "0x00000041",
      "0x00060a00",
      "0x00000000",
      "Normal",
      '"C:\\data"',
      "write_operation | defer_io_completion | 17 | 18",
    ]);
    expect(cellsOf("FileIoCreate").slice(7)).toEqual([
      "0x03000060",
      "0x00000080",
      "0x00000005",
      '"C:\\new"',
      "open_if | synchronous_io_nonalert | non_directory_file",
      "normal",
      "read | delete",
    ]);
    expect(cellsOf("FileIoQueryInfo").slice(7)).toEqual(["0x0000000000000000", "FileBasicInformation", '"C:\\data"']);
    expect(cellsOf("FileIoFSCTL").slice(8)).toEqual(["0x000900a8", '"C:\\data"']);
    expect(cellsOf("FileIoDirEnum").slice(7)).toEqual([
      "0x00000000",
      "0x00001000",
      "FileIdBothDirectoryInformation",
      '"Unknown (0x99)"',
      '"*.dll"',
    ]);
    expect(cellsOf("FileIoClose").slice(7)).toEqual(['"C:\\data"']);
  });

  test("end with what began them", () => {
    expect(dump).toContain(
      "\n            FileIoOpEnd,  TimeStamp,     Process Name ( PID),   ThreadID, LoggingProcessName ( PID), LoggingThreadID, CPU,             IrpPtr,         FileObject, ElapsedTime,     Status,          ExtraInfo, Type, FileName\n",
    );
    const ends = dump.split("\n").filter((line) => /^ *FileIoOpEnd, +\d/.test(line));
    expect(
      ends.map((line) =>
        line
          .split(",")
          .slice(9)
          .map((cell) => cell.trim()),
      ),
    ).toEqual([
      ["500", "0x00000000", "0x0000000000000002", "FileIoCreate", '"C:\\new"'],
      ["8", "0x00000000", "0x0000000000000041", "FileIoWrite", '"C:\\data"'],
      ["1", "0x00000000", "0x0000000000000000", "FileIoQueryInfo", '"C:\\data"'],
      ["100", "0x80000006", "0x0000000000000000", "FileIoDirEnum", '"Unknown (0x99)"'],
      ["1", "0x00000000", "0x0000000000000000", "FileIoClose", '"C:\\data"'],
      ["100", "0x00000000", "0x0000000000000000", "FileIoFSCTL", '"C:\\data"'],
    ]);
  });

  test("on the registry", () => {
    const block = "0xfffffffffffff000";
    expect(cellsOf("RegKcbCreate", "head")).toEqual(["KCB", "Key Name"]);
    expect(cellsOf("RegKcbCreate")).toEqual([block, '"\\REGISTRY\\MACHINE"']);
    expect(cellsOf("RegOpenKey", "head")).toEqual([
      "KCB",
      "Process Name ( PID)",
      "ThreadID",
      "Status",
      "ElapsedTime",
      "Key Name",
    ]);
    expect(cellsOf("RegOpenKey")).toEqual([block, APP, String(TID), "0xc0000034", "20", '"SOFTWARE"']);
    expect(cellsOf("RegQueryKey").slice(3)).toEqual(["0x00000000", "1", "KeyFullInformation"]);
    expect(cellsOf("RegEnumerateKey").slice(4)).toEqual(["1", "7"]);
    expect(cellsOf("RegCloseKey").slice(3)).toEqual(["0x00000000", "1"]);
  });

  test("of the kernel, memory and the network", () => {
    expect(cellsOf("SysCallEnter")).toEqual([
      APP,
      String(TID),
      "0xffffff8010000010",
      "ntoskrnl.exe!0xffffff8010000010",
    ]);
    expect(cellsOf("SysCallExit")).toEqual([APP, String(TID), "0xc0000005"]);
    expect(cellsOf("VirtualAlloc")).toEqual([APP, "0x0000000000010000", "0x0000000000012000", "RESERVE COMMIT"]);
    expect(cellsOf("VirtualFree").at(-1)).toBe("RELEASE");
    expect(dump).toContain(
      "\n           PmcInterrupt,  TimeStamp, CPU,     Process Name ( PID),            Image!Function, ProfileSource, Reserved\n",
    );
    expect(cellsOf("PmcInterrupt")).toEqual(["1", APP, "ntoskrnl.exe!0xffffff8010000020", "10", "0"]);
    expect(cellsOf("ProfileFreq-SetInterval").slice(2)).toEqual(["0", "10000", "5000"]);
    expect(cellsOf("ReadyThread", "head").slice(4)).toEqual(["AdjustReason", "AdjustIncrement", "InDPC"]);
    expect(cellsOf("ReadyThread")).toEqual([APP, String(TID), "Unknown (  -1)", "8", "1", "0", "0"]);
    expect(cellsOf("TcpRecv", "head")[2]).toBe("Remote IPv4 Addr");
    expect(cellsOf("TcpRecv")).toEqual([APP, "99", "192.0.2.2", "80", "192.0.2.1", "5000"]);
    // What is received over UDP has the sender as its source.
    expect(cellsOf("UdpRecv").slice(2)).toEqual(["192.0.2.1", "5000", "192.0.2.2", "80"]);
  });
});

test("words of flags and classes", () => {
  expect(flagWords(0x6_0900, IRP_WORDS)).toBe("read_operation | defer_io_completion | 17 | 18");
  expect(optionWords(0x0120_0021)).toBe("open | directory_file | synchronous_io_nonalert | open_reparse_point");
  expect(optionWords(0xff00_0000)).toBe("255");
  expect([0, 10, 59, 64, 75, 76].map(informationClass)).toEqual([
    "0",
    "FileRenameInformation",
    "FileIdInformation",
    "FileDispositionInformationEx",
    "FileCaseSensitiveInformationForceAccessCheck",
    "76",
  ]);
  expect([3, 10].map(keyInformationClass)).toEqual(["KeyNameInformation", "10"]);
  expect(memoryWords(0x10_3000)).toBe("RESERVE COMMIT TOP_DOWN");
});
