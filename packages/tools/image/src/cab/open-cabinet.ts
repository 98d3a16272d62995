import { type CabFile, type CabinetSet, openCab } from "@adk/cab";
import { AdkError, globToMatcher } from "@adk/core";
import { openSourceFile } from "@adk/sources";

/** Opens a cabinet by its source name: `FILE`, or `media!/path/to.cab`. */
export async function openCabinet(source: string): Promise<CabinetSet> {
  const { access, selector } = await openSourceFile(source);
  if (selector) {
    await access.close();
    throw new AdkError("CAB_NO_IMAGES", "A cabinet has no images to choose from.", { kind: "usage", file: source });
  }
  return openCab(access);
}

/**
 * The files that paths or patterns (`*.inf`) name; all without any.
 *
 * @throws AdkError `PATH_NOT_FOUND`
 */
export function chooseFiles({ files, name }: CabinetSet, patterns: readonly string[]): readonly CabFile[] {
  if (patterns.length === 0) return files;
  const chosen = new Set<CabFile>();
  for (const pattern of patterns) {
    const matches = globToMatcher(pattern.replaceAll("\\", "/"));
    const found = files.filter(({ path }) => matches(`/${path.join("/")}`));
    if (found.length === 0) {
      throw new AdkError("PATH_NOT_FOUND", "The cabinet has no such file.", { file: name, found: pattern });
    }
    for (const file of found) chosen.add(file);
  }
  return files.filter((file) => chosen.has(file));
}
