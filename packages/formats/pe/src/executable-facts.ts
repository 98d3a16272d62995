import type { Executable } from "./executable.ts";
import { FileCharacteristic, machineName } from "./file-header.ts";
import { Directory, subsystemName } from "./optional-header.ts";
import { type Facts, peFacts } from "./pe-facts.ts";

/** Everything that an executable tells, as plain JSON values. */
export async function executableFacts(executable: Executable): Promise<Facts> {
  switch (executable.kind) {
    case "pe":
      return peFacts(executable.pe);
    case "ne":
      return { ...executable.ne };
    case "le":
    case "lx":
      return { system: executable.system };
    case "dos":
      return { programSize: executable.dosHeader.programSize };
  }
}

/** For people: `Windows DLL (x64, console, .NET)`. */
export function describeExecutable(executable: Executable): string {
  switch (executable.kind) {
    case "pe": {
      const { fileHeader, optionalHeader } = executable.pe;
      const kind = fileHeader.characteristics & FileCharacteristic.DLL ? "DLL" : "program";
      const clr = executable.pe.directory(Directory.CLR) ? ", .NET" : "";
      return `Windows ${kind} (${machineName(fileHeader.machine)}, ${subsystemName(optionalHeader.subsystem)}${clr})`;
    }
    case "ne":
      return `16-bit executable (${executable.ne.system}${executable.ne.moduleName ? `, ${executable.ne.moduleName}` : ""})`;
    case "le":
    case "lx":
      return `Linear executable (${executable.kind.toUpperCase()}, ${executable.system})`;
    case "dos":
      return "DOS program";
  }
}
