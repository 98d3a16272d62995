import { basename } from "node:path";
import { type CabFile, openCab, readCabFile, readUpdatePackage } from "@adk/cab";
import { AdkError, equalNames } from "@adk/core";
import { openSourceFile } from "@adk/sources";
import { type PackageIdentity, parsePackageIdentity } from "../windows/package-identity.ts";
import { parsePackageManifest } from "../windows/package-manifest.ts";

/** What a package file (CAB or MSU) says of itself. */
export interface UpdateFile {
  readonly file: string;
  readonly kind: "cab" | "msu" | "msu (WIM)";
  /** `Package_for_KB5034123~31bf3856ad364e35~amd64~~10.0.1.2`; undefined where the file does not tell at its top. */
  readonly identity: string | undefined;
  readonly releaseType: string | undefined;
  readonly architecture: string | undefined;
  readonly files: number;
  /** Bytes after decompression. */
  readonly bytes: number;
  /** The data lies in a patch storage file beside it. */
  readonly needsPsf: boolean;
}

const MOST_MANIFEST = 8 << 20;

/** @throws AdkError `PACKAGE_UNKNOWN` for what is no package, and those of `openCab` */
export async function readUpdateFile(file: string): Promise<UpdateFile> {
  const { access } = await openSourceFile(file);
  const name = basename(file);
  try {
    await using set = await openCab(access);
    const { files } = set;
    const update = await readUpdatePackage(set);
    const manifest = update ? undefined : await readManifest(files);
    const identity = manifest?.identity;
    if (!update && !manifest) {
      throw new AdkError("PACKAGE_UNKNOWN", "The cabinet holds no package: it has no update.mum.", { file });
    }
    return {
      file: name,
      kind: update ? "msu" : "cab",
      identity: identity && formatIdentity(identity),
      releaseType: manifest?.releaseType ?? update?.properties["Package Type"],
      architecture: identity?.architecture ?? update?.properties["Processor Architecture"],
      files: files.length,
      bytes: files.reduce((sum, each) => sum + each.size, 0),
      needsPsf: files.some((each) => /\.psf\.cix\.xml$/i.test(each.name) || /\.psf$/i.test(each.name)),
    };
  } catch (error) {
    if (!(error instanceof AdkError && error.code === "CAB_IS_WIM")) throw error;
    const whole = { identity: undefined, releaseType: undefined, architecture: undefined, files: 0 };
    return { file: name, kind: "msu (WIM)", ...whole, bytes: access.size, needsPsf: true };
  }
}

function formatIdentity({ name, publicKeyToken, architecture, language, version }: PackageIdentity): string {
  return [name, publicKeyToken, architecture, language === "neutral" ? "" : language, version].join("~");
}

/** The manifest of a package is called update.mum in its cabinet. */
async function readManifest(
  files: readonly CabFile[],
): Promise<{ identity: PackageIdentity | undefined; releaseType: string | undefined } | undefined> {
  const file = files.find(({ name }) => equalNames(name, "update.mum"));
  if (!file || file.size > MOST_MANIFEST) return undefined;
  const manifest = parsePackageManifest(await readCabFile(file));
  return manifest && { identity: manifest.identity, releaseType: manifest.releaseType };
}

/** Whether two identities mean the same package, of any version. */
export function isSamePackage(a: string, b: string): boolean {
  const [one, other] = [parsePackageIdentity(a), parsePackageIdentity(b)];
  return (
    one !== undefined &&
    other !== undefined &&
    equalNames(one.name, other.name) &&
    equalNames(one.architecture, other.architecture)
  );
}
