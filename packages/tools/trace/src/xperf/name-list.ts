import { AdkError, decodeTextFile, FileAccess } from "@adk/core";

const MOST_BYTES = 1 << 20;

/** A file with a name a line, in small letters. @throws AdkError */
export async function readNameList(file: string): Promise<string[]> {
  const access = await FileAccess.open(file);
  try {
    if (access.size > MOST_BYTES) throw new AdkError("LIMIT_EXCEEDED", "The list of names is too large.", { file });
    const lines = decodeTextFile(await access.read(0, access.size)).split(/\r?\n/);
    return lines.map((line) => line.trim().toLowerCase()).filter((line) => line !== "");
  } finally {
    await access.close();
  }
}
