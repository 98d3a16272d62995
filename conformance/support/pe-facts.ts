import {
  computeChecksum,
  Directory,
  type ImportedDll,
  importHash,
  nameOfOrdinal,
  overlayOf,
  type PeFile,
  readBoundImports,
  readDebugDirectory,
  readDelayImports,
  readExports,
  readImports,
  readLoadConfig,
  readManifests,
  readResources,
  readRichHeader,
  readTls,
  readVersionInfo,
  versionStrings,
} from "@adk/pe";

/** DLLs of whose ordinals pefile knows names: it calls the others of theirs `ord12`. */
const NAMED = new Set(["ws2_32.dll", "wsock32.dll", "oleaut32.dll"]);

/** Functions by DLL, as pefile names them. */
function functionsOf(imports: readonly ImportedDll[]): Record<string, string[]> {
  const named: Record<string, string[]> = {};
  for (const { dll, functions } of imports) {
    const other = NAMED.has(dll.toLowerCase()) ? "ord" : "#";
    named[dll] ??= [];
    named[dll].push(
      ...functions.map(({ name, ordinal = 0 }) => name ?? nameOfOrdinal(dll, ordinal) ?? `${other}${ordinal}`),
    );
  }
  return named;
}

/** The fields of the recorded truth. */
export async function truthOf(pe: PeFile): Promise<Record<string, unknown>> {
  const { fileHeader, optionalHeader } = pe;
  const imports = await readImports(pe);
  const exports = await readExports(pe);
  const [version] = await readVersionInfo(pe);
  const [manifest] = await readManifests(pe);
  const loadConfig = await readLoadConfig(pe);
  const security = optionalHeader.directories[Directory.SECURITY];
  const sections = pe.sections.toSorted((a, b) => a.virtualAddress - b.virtualAddress);
  return {
    machine: fileHeader.machine,
    timestamp: fileHeader.timeDateStamp,
    characteristics: fileHeader.characteristics,
    sections: sections.map((s) => [
      s.name,
      s.virtualAddress,
      s.virtualSize,
      s.pointerToRawData,
      s.sizeOfRawData,
      s.characteristics,
    ]),
    magic: optionalHeader.magic,
    subsystem: optionalHeader.subsystem,
    dllCharacteristics: optionalHeader.dllCharacteristics,
    osVersion: optionalHeader.operatingSystemVersion,
    subsystemVersion: optionalHeader.subsystemVersion,
    imageVersion: optionalHeader.imageVersion,
    linker: optionalHeader.linkerVersion,
    checksum: optionalHeader.checkSum,
    checksumComputed: await computeChecksum(pe),
    imphash: importHash(imports),
    imports: functionsOf(imports),
    delayImports: (await readDelayImports(pe)).map(({ dll }) => dll),
    exportName: exports?.name,
    exports: exports?.functions.length,
    fileVersion: version?.fixed?.fileVersion,
    productVersion: version?.fixed?.productVersion,
    strings: Object.fromEntries(versionStrings(version)),
    manifest: manifest?.text ?? "",
    guardFlags: loadConfig?.guardFlags ?? null,
    loadConfigSize: loadConfig?.size,
    security: [security?.address ?? 0, security?.size ?? 0],
    clr: pe.directory(Directory.CLR) !== undefined,
  };
}

/** The fields of `ask-pefile.py`. */
export async function liveTruthOf(pe: PeFile): Promise<Record<string, unknown>> {
  const { fileHeader, optionalHeader } = pe;
  const imports = await readImports(pe);
  const exports = await readExports(pe);
  const versions = await readVersionInfo(pe);
  const loadConfig = await readLoadConfig(pe);
  const debug = await readDebugDirectory(pe);
  const rich = await readRichHeader(pe);
  const sections = pe.sections.toSorted((a, b) => a.virtualAddress - b.virtualAddress);
  return {
    machine: fileHeader.machine,
    timestamp: fileHeader.timeDateStamp,
    sections: sections.map((s) => [s.name, s.virtualAddress, s.virtualSize, s.pointerToRawData, s.sizeOfRawData]),
    subsystem: optionalHeader.subsystem,
    imphash: importHash(imports),
    imports: functionsOf(imports),
    delayImports: functionsOf(await readDelayImports(pe)),
    boundImports: (await readBoundImports(pe)).map(({ dll }) => dll),
    exports: exports
      ? exports.functions.map(({ name = "", ordinal, address, forwarder = "" }) => [name, ordinal, address, forwarder])
      : null,
    resources: (await readResources(pe)).map(({ type, name, language, address, size }) => [
      type,
      name,
      language,
      address,
      size,
    ]),
    versions: versions.map(({ stringTables }) =>
      Object.fromEntries(stringTables.flatMap(({ strings }) => [...strings])),
    ),
    debug: debug.map(({ type, codeView }) => [type, codeView ? [codeView.age, codeView.path] : null]),
    tls: (await readTls(pe)) !== undefined,
    loadConfig: loadConfig ? [loadConfig.size, loadConfig.guardFlags ?? null] : null,
    rich: rich ? [rich.key, rich.entries.length] : null,
    overlay: overlayOf(pe)?.offset ?? null,
  };
}
