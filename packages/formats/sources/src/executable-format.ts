import type { FileFormat } from "./file-format.ts";

const DOS_HEADER_SIZE = 64;

/** Programs, DLLs and drivers: PE, and the older NE, LE, LX and DOS as far as they tell. The reader is loaded when it is needed. */
export const executableFormat: FileFormat = {
  name: "pe",

  recognises: (head) => head.length >= DOS_HEADER_SIZE && head[0] === 0x4d && head[1] === 0x5a,

  async inspect(access) {
    const { describeExecutable, executableFacts, readExecutable } = await import("@adk/pe");
    const executable = await readExecutable(access);
    const facts = await executableFacts(executable);
    const findings = executable.kind === "pe" ? executable.pe.findings.list : [];
    return { format: executable.kind, description: describeExecutable(executable), facts, findings };
  },
};
