import { stat } from "node:fs/promises";
import { fromSystemError } from "./errors.ts";

/** Whether a path of the host is a directory, or a link to one. @throws AdkError `FILE_NOT_FOUND`, `FILE_ACCESS` ... */
export async function isHostDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw fromSystemError(error, path);
  }
}
