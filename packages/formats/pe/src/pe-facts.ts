import { AdkError, toHex } from "@adk/core";
import { verifyAuthenticode } from "./authenticode.ts";
import { readBoundImports } from "./bound-import-table.ts";
import { readClr } from "./clr-header.ts";
import { CET_COMPATIBLE, type DebugEntry, readDebugDirectory } from "./debug-directory.ts";
import { readDelayImports } from "./delay-import-table.ts";
import { readExports } from "./export-table.ts";
import { FileCharacteristic, machineName } from "./file-header.ts";
import { importHash } from "./import-hash.ts";
import { type ImportedDll, readImports } from "./import-table.ts";
import { GuardFlag, type LoadConfig, readLoadConfig } from "./load-config.ts";
import { parseManifest, readManifests } from "./manifest.ts";
import { readMui } from "./mui.ts";
import { DllCharacteristic, subsystemName } from "./optional-header.ts";
import { overlayOf } from "./overlay.ts";
import type { PeFile } from "./pe-file.ts";
import { readResources } from "./resource-tree.ts";
import { readRichHeader } from "./rich-header.ts";
import { authenticodeFacts } from "./signature-facts.ts";
import { readTls } from "./tls-directory.ts";
import { readVersionInfo, type VersionInfo, versionStrings } from "./version-info.ts";

export type Facts = Readonly<Record<string, unknown>>;

/** Everything that a PE file tells, as plain JSON values; the digests of signatures are computed, for which the file is read. */
export async function peFacts(pe: PeFile): Promise<Facts> {
  return { ...headerFacts(pe), ...(await partFacts(pe)) };
}

function headerFacts({ fileHeader, optionalHeader, sections }: PeFile): Facts {
  const has = (flag: number) => (fileHeader.characteristics & flag) !== 0;
  return {
    machine: machineName(fileHeader.machine),
    machineType: fileHeader.machine,
    timeDateStamp: fileHeader.timeDateStamp,
    characteristics: fileHeader.characteristics,
    dll: has(FileCharacteristic.DLL),
    largeAddressAware: has(FileCharacteristic.LARGE_ADDRESS_AWARE),
    magic: optionalHeader.magic,
    subsystem: subsystemName(optionalHeader.subsystem),
    subsystemVersion: optionalHeader.subsystemVersion.join("."),
    operatingSystemVersion: optionalHeader.operatingSystemVersion.join("."),
    imageVersion: optionalHeader.imageVersion.join("."),
    linkerVersion: optionalHeader.linkerVersion.join("."),
    imageBase: `0x${optionalHeader.imageBase.toString(16)}`,
    addressOfEntryPoint: optionalHeader.addressOfEntryPoint,
    sizeOfImage: optionalHeader.sizeOfImage,
    checkSum: optionalHeader.checkSum,
    dllCharacteristics: optionalHeader.dllCharacteristics,
    sections: sections.map((section) => ({ ...section })),
  };
}

async function partFacts(pe: PeFile): Promise<Facts> {
  const imports = await readImports(pe);
  const loadConfig = await readLoadConfig(pe);
  const debug = await readDebugDirectory(pe);
  const exports = await readExports(pe);
  const [manifest] = await readManifests(pe);
  const [version] = await readVersionInfo(pe);
  const resources = await readResources(pe);
  return {
    imports: imports.map(importFacts),
    delayImports: (await readDelayImports(pe)).map(importFacts),
    boundImports: await readBoundImports(pe),
    importHash: importHash(imports),
    exports: exports ? { name: exports.name, base: exports.base, functions: exports.functions } : null,
    versionInfo: version ? versionFacts(version) : null,
    manifest: manifest?.text ?? null,
    manifestFacts: manifest ? await manifestFacts(pe, manifest.text) : null,
    resources: resources.map(({ type, name, language, size }) => ({ type, name, language, size })),
    mui: (await readMui(pe)) ?? null,
    clr: (await readClr(pe)) ?? null,
    loadConfig: loadConfig ? loadConfigFacts(loadConfig) : null,
    mitigations: mitigationFacts(pe, loadConfig, debug),
    debug: debug.map(debugFacts),
    tlsCallbacks: (await readTls(pe))?.callbacks.length ?? 0,
    richHeader: (await readRichHeader(pe)) ?? null,
    overlay: overlayOf(pe) ?? null,
    signature: authenticodeFacts(await verifyAuthenticode(pe)),
  };
}

/** Functions by name, `#12` by ordinal. */
function importFacts({ dll, functions }: ImportedDll): Facts {
  return { dll, functions: functions.map(({ name, ordinal }) => name ?? `#${ordinal}`) };
}

function versionFacts(version: VersionInfo): Facts {
  const { fileDate, ...fixed } = version.fixed ?? { fileDate: 0n };
  return {
    ...fixed,
    fileDate: fileDate.toString(),
    language: version.language,
    translations: version.translations,
    strings: Object.fromEntries(versionStrings(version)),
    stringTables: version.stringTables.map(({ key, strings }) => ({ key, strings: Object.fromEntries(strings) })),
  };
}

async function manifestFacts(pe: PeFile, text: string): Promise<Facts | null> {
  try {
    return { ...(await parseManifest(text)) };
  } catch (error) {
    pe.findings.fromError(error instanceof AdkError ? error.at({ file: pe.access.name }) : error);
    return null;
  }
}

function loadConfigFacts({ securityCookie, ...rest }: LoadConfig): Facts {
  return { ...rest, securityCookie: securityCookie === undefined ? null : `0x${securityCookie.toString(16)}` };
}

/** What the image asks Windows to protect it from. */
function mitigationFacts(
  { optionalHeader }: PeFile,
  loadConfig: LoadConfig | undefined,
  debug: readonly DebugEntry[],
): Facts {
  const has = (flag: number) => (optionalHeader.dllCharacteristics & flag) !== 0;
  const guards = (flag: number) => ((loadConfig?.guardFlags ?? 0) & flag) !== 0;
  return {
    aslr: has(DllCharacteristic.DYNAMIC_BASE),
    highEntropyAslr: has(DllCharacteristic.HIGH_ENTROPY_VA),
    dep: has(DllCharacteristic.NX_COMPATIBLE),
    forceIntegrity: has(DllCharacteristic.FORCE_INTEGRITY),
    controlFlowGuard: has(DllCharacteristic.GUARD_CF) && guards(GuardFlag.CF_INSTRUMENTED),
    extendedFlowGuard: guards(GuardFlag.XFG_ENABLED),
    safeSeh: (loadConfig?.seHandlerCount ?? 0) > 0,
    shadowStack: debug.some(({ exDllCharacteristics = 0 }) => (exDllCharacteristics & CET_COMPATIBLE) !== 0),
  };
}

function debugFacts({ reproHash, ...entry }: DebugEntry): Facts {
  return { ...entry, reproHash: reproHash ? toHex(reproHash) : undefined };
}
