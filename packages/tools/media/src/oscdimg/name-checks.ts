import { splitPath, toWindowsPath, type VolumeEntry } from "@adk/core";

/** Levels of directories that ISO 9660 allows, the root counted (ECMA-119 6.8.2.1), and characters of a path. */
const MOST_LEVELS = 8;
const MOST_PATH = 255;
const MOST_NAME = 30;
const MOST_JOLIET_NAME = 64;

/** What OSCDIMG's -w1 tells of: names that ISO 9660, or Joliet, does not allow as they are. Letters of both cases count as allowed. */
export function checkIsoName(entry: VolumeEntry, joliet: boolean): string | undefined {
  const { name, path } = entry;
  const kind = joliet ? "Joliet" : "ISO 9660";
  const levels = splitPath(path).length;
  if (levels > MOST_LEVELS) return tell(path, `lies deeper than the ${MOST_LEVELS} levels of ${kind}`);
  if (path.length - 1 > MOST_PATH) return tell(path, `has a path of more than ${MOST_PATH} characters`);
  if (joliet) {
    if (name.length > MOST_JOLIET_NAME) return tell(path, `has a name of more than ${MOST_JOLIET_NAME} characters`);
    return /[*/:;?\\]/.test(name) ? tell(path, "has a character in its name that Joliet does not allow") : undefined;
  }
  const allowed = /^[A-Za-z0-9_]*(\.[A-Za-z0-9_]*)?$/.test(name);
  if (!allowed) return tell(path, "has a character in its name that ISO 9660 does not allow");
  return name.replace(".", "").length > MOST_NAME
    ? tell(path, `has a name of more than ${MOST_NAME} characters`)
    : undefined;
}

/** -w2: names that DOS does not have. */
export function checkDosName({ name, path }: VolumeEntry): string | undefined {
  const isDos = /^[A-Za-z0-9!#$%&'()\-@^_`{}~]{1,8}(\.[A-Za-z0-9!#$%&'()\-@^_`{}~]{1,3})?$/.test(name);
  return isDos ? undefined : tell(path, "has a name that DOS does not allow");
}

/** -w3 */
export function checkEmpty({ size, path }: VolumeEntry): string | undefined {
  return size === 0 ? tell(path, "has no data") : undefined;
}

function tell(path: string, what: string): string {
  return `"${toWindowsPath(path)}" ${what}.`;
}
