import { diskInitRecord, diskRecord, fileNameRecord, hardFault } from "./dump-files.ts";
import { imageRecord, processRecord, threadRecord } from "./dump-processes.ts";
import { contextSwitch, interruptRecord, mark, readyThread, sample } from "./dump-processors.ts";
import type { DumpRecord } from "./dump-state.ts";

/** By the names of the kernel's events. */
export const DUMP_RECORDS: Readonly<Record<string, DumpRecord>> = {
  "Process/Start": processRecord("P-Start", false),
  "Process/Stop": processRecord("P-End", true),
  "Process/DCStart": processRecord("P-DCStart", false),
  "Process/DCStop": processRecord("P-DCEnd", true),
  "Thread/Start": threadRecord("T-Start"),
  "Thread/Stop": threadRecord("T-End"),
  "Thread/DCStart": threadRecord("T-DCStart"),
  "Thread/DCStop": threadRecord("T-DCEnd"),
  "Image/Load": imageRecord("I-Start"),
  "Image/Unload": imageRecord("I-End"),
  "Image/DCStart": imageRecord("I-DCStart"),
  "Image/DCStop": imageRecord("I-DCEnd"),
  "Thread/CSwitch": contextSwitch,
  "Thread/ReadyThread": readyThread,
  "PerfInfo/Sample": sample,
  "PerfInfo/DPC": interruptRecord("DPC", false),
  "PerfInfo/TimerDPC": interruptRecord("DPCTmr", false),
  "PerfInfo/ThreadedDPC": interruptRecord("DPCThread", false),
  "PerfInfo/ISR": interruptRecord("Interrupt", true),
  "PerfInfo/ISR-MSI": interruptRecord("Interrupt", true),
  "PerfInfo/Mark": mark,
  "DiskIO/Read": diskRecord("DiskRead", false),
  "DiskIO/Write": diskRecord("DiskWrite", false),
  "DiskIO/FlushBuffers": diskRecord("DiskFlush", true),
  "DiskIO/ReadInit": diskInitRecord("DiskReadInit"),
  "DiskIO/WriteInit": diskInitRecord("DiskWriteInit"),
  "DiskIO/FlushInit": diskInitRecord("DiskFlushInit"),
  "Memory/HardFault": hardFault,
  "FileIO/Name": fileNameRecord("FileName"),
  "FileIO/FileCreate": fileNameRecord("FileNameCreate"),
  "FileIO/FileDelete": fileNameRecord("FileNameDelete"),
  "FileIO/FileRundown": fileNameRecord("FileNameRundown"),
};
