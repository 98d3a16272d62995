import { FILETIME_MAX, formatFiletime } from "@adk/core";
import { beginsWith, type FileFormat } from "./file-format.ts";

/** Type of a file that is no log. */
const HIVE_ITSELF = 0;

/** Registry hives and their transaction logs, without replay: what the file itself holds. */
export const hiveFormat: FileFormat = {
  name: "regf",

  recognises: (head) => beginsWith(head, "regf"),

  async inspect(access) {
    const { hiveRole, openHive } = await import("@adk/registry");
    const hive = await openHive(access, { ignoreLogs: true });
    const { fileType, majorVersion, minorVersion, fileName, lastWritten, primarySequence, secondarySequence } =
      hive.baseBlock;
    const version = `${majorVersion}.${minorVersion}`;
    const written = lastWritten === 0n || lastWritten > FILETIME_MAX ? undefined : formatFiletime(lastWritten);
    const block = { version, primarySequence, secondarySequence, fileName, lastWritten: written };
    if (fileType !== HIVE_ITSELF) {
      return { description: `Transaction log of a registry hive (${version})`, facts: block, findings: [] };
    }
    const role = hiveRole(hive);
    const rootKeys = hive.root.subkeys().map(({ name }) => name);
    const facts = { ...block, role, dirty: hive.dirty, rootName: hive.root.name, rootKeys };
    const what = [role, version, hive.dirty ? "dirty" : undefined].filter((part) => part !== undefined);
    return { description: `Registry hive (${what.join(", ")})`, facts, findings: hive.findings.list };
  },
};
