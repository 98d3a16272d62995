import { AdkError, Findings, type Volume, type VolumeEntry } from "@adk/core";
import {
  catalogFor,
  type InfFile,
  type InfInstall,
  type InfTarget,
  type InfVersion,
  parseInf,
  readSourceFiles,
  readVersion,
  selectInstall,
} from "@adk/inf";
import type { Certificate } from "@adk/pe";
import { readIncludes } from "./find-includes.ts";
import type { PackageFolder } from "./package-folder.ts";
import { checkPackageSignature, type PackageSignature } from "./package-signature.ts";

/** A driver package: an INF with the files that it names, and what it installs on a Windows. */
export interface DriverPackage {
  readonly folder: PackageFolder;
  readonly infEntry: VolumeEntry;
  readonly inf: InfFile;
  readonly version: InfVersion;
  readonly target: InfTarget;
  readonly install: InfInstall;
  /** The files of the package: the INF, its catalog, and what [SourceDisksFiles] and CopyFiles name. */
  readonly files: readonly VolumeEntry[];
  /** Paths of files that are named and not there. */
  readonly missing: readonly string[];
  readonly signature: PackageSignature;
  /** Of the INF and of the package. */
  readonly findings: Findings;
}

export interface ReadPackageOptions {
  /** Where the image has INF files that the package's own may include: `/Windows/INF` of it. */
  readonly includes?: { readonly volume: Volume; readonly directory: string } | undefined;
  /** Certificates that are trusted; without them the signer is named, not judged. */
  readonly roots?: readonly Certificate[] | undefined;
}

/**
 * Reads a driver package for a Windows.
 *
 * @throws AdkError `INF_BINARY`, `LIMIT_EXCEEDED`, `DRIVER_NOT_A_DRIVER`, `DRIVER_NOT_FOR_WINDOWS`
 */
export async function readDriverPackage(
  folder: PackageFolder,
  infEntry: VolumeEntry,
  target: InfTarget,
  options: ReadPackageOptions = {},
): Promise<DriverPackage> {
  const inf = parseInf(await folder.read(infEntry), { name: infEntry.name });
  const version = readVersion(inf);
  refuseOther(inf, version);
  const { includes } = options;
  const findInf = includes && (await readIncludes(inf, includes.volume, includes.directory));
  const install = selectInstall(inf, target, { findInf });
  if (!install.manufacturers.some(({ devices }) => devices.some(({ section }) => section))) {
    throw new AdkError("DRIVER_NOT_FOR_WINDOWS", "The driver has no device for this Windows.", {
      file: infEntry.path,
      expected: `${target.architecture}, ${target.version.slice(0, 3).join(".")}`,
      found: install.manufacturers
        .flatMap(({ manufacturer }) => manufacturer.models.map(({ section }) => section))
        .join(", "),
    });
  }
  const findings = new Findings();
  for (const finding of inf.findings.list) findings.add(finding);
  const { files, missing } = await findFiles(folder, inf, install, target);
  for (const path of missing) {
    findings.error("DRIVER_FILE_MISSING", "A file that the INF names is not there.", { file: infEntry.path, path });
  }
  const catalog = catalogFor(version, target.architecture);
  const signature = await checkPackageSignature(folder, catalog, [infEntry, ...files], findings, options.roots);
  const catalogEntry = catalog === undefined ? undefined : await folder.find(catalog);
  const all = [infEntry, ...(catalogEntry ? [catalogEntry] : []), ...files];
  return { folder, infEntry, inf, version, target, install, files: all, missing, signature, findings };
}

/** Other INF files set policies or install programs. */
function refuseOther({ name }: InfFile, { signature, classGuid }: InfVersion): void {
  const isDriver = /^\$(?:windows nt|chicago)\$$/i.test(signature) && classGuid !== undefined;
  if (isDriver) return;
  throw new AdkError(
    "DRIVER_NOT_A_DRIVER",
    "The INF is not that of a driver: its section Version says nothing of a device class.",
    {
      file: name,
      expected: 'Signature="$Windows NT$" and ClassGuid',
      found: `Signature="${signature}"`,
    },
  );
}

async function findFiles(folder: PackageFolder, inf: InfFile, install: InfInstall, { architecture }: InfTarget) {
  const paths = new Map<string, string>();
  const copied = install.sections.flatMap(({ copyFiles }) => copyFiles);
  // What lies in a cabinet of the package, or comes with the INF files of Windows, is no file here.
  const own = copied.filter((copy) => copy.inf === inf && copy.cabinet === undefined);
  const inCabinets = new Set(
    copied.filter(({ cabinet }) => cabinet !== undefined).map(({ source }) => source.toUpperCase()),
  );
  for (const path of [...readSourceFiles(inf, architecture), ...own.map(({ source }) => source)]) {
    if (path !== "" && !inCabinets.has(path.toUpperCase())) paths.set(path.toUpperCase(), path);
  }
  const files: VolumeEntry[] = [];
  const missing: string[] = [];
  for (const path of paths.values()) {
    const entry = await folder.find(path);
    if (entry) files.push(entry);
    else missing.push(path);
  }
  return { files, missing };
}
