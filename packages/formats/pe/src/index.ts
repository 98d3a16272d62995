/** Windows executables: headers and parts, resources, signatures and catalogs. */

// Who signed it. (Catalogs: `parseCatalog`, `checkAgainstCatalog`.)
export {
  type AuthenticodeOptions,
  type AuthenticodeReport,
  type CatalogMatch,
  catalogDigests,
  checkAgainstCatalog,
  type FileSignature,
  verifyAuthenticode,
} from "./authenticode.ts";
export { authenticodeDigests, type Digests } from "./authenticode-hash.ts";
// What it needs and offers.
export { type BoundImport, readBoundImports } from "./bound-import-table.ts";
export { type Catalog, type CatalogMember, parseCatalog } from "./catalog.ts";
// All of it as plain values.
export { catalogFacts } from "./catalog-facts.ts";
export { type Certificate, type DistinguishedName, parseCertificate } from "./certificate.ts";
export type { Trust, TrustOptions } from "./certificate-chain.ts";
export { type CertificateEntry, readCertificateTable } from "./certificate-table.ts";
// What else it tells.
export { computeChecksum } from "./checksum.ts";
export type { AssemblyName, AssemblyReference } from "./clr-assembly.ts";
export { ClrFlag, type ClrHeader, readClr } from "./clr-header.ts";
export { CET_COMPATIBLE, type CodeView, type DebugEntry, DebugType, readDebugDirectory } from "./debug-directory.ts";
export { readDelayImports } from "./delay-import-table.ts";
// The file: what kind of executable it is, its headers, its parts.
export { type DosHeader, type ExecutableKind, isExecutable } from "./dos-header.ts";
export { type Executable, readExecutable } from "./executable.ts";
export { describeExecutable, executableFacts } from "./executable-facts.ts";
export { type ExportedFunction, type ExportTable, readExports } from "./export-table.ts";
export { FileCharacteristic, type FileHeader, Machine, machineName } from "./file-header.ts";
// Its resources.
export { type Icon, type IconImage, readIcons } from "./icons.ts";
export { importHash } from "./import-hash.ts";
export { type ImportedDll, type ImportedFunction, readImports } from "./import-table.ts";
export { nameOfOrdinal } from "./known-ordinals.ts";
export { GuardFlag, type Hybrid, type LoadConfig, readLoadConfig } from "./load-config.ts";
export {
  type AssemblyIdentity,
  type Manifest,
  type ManifestResource,
  parseManifest,
  readManifests,
} from "./manifest.ts";
export { type MessageResource, readMessageTables } from "./message-table.ts";
export { type MuiConfiguration, readMui } from "./mui.ts";
export type { NeHeader } from "./ne-header.ts";
export type { Digest } from "./object-identifiers.ts";
export {
  type DataDirectory,
  Directory,
  DllCharacteristic,
  type OptionalHeader,
  subsystemName,
} from "./optional-header.ts";
export { type Overlay, overlayOf } from "./overlay.ts";
export { type ParseOptions, type PeFile, parsePe } from "./pe-file.ts";
export {
  findResources,
  type Resource,
  type ResourceId,
  ResourceType,
  readResource,
  readResources,
} from "./resource-tree.ts";
export { type RichEntry, type RichHeader, readRichHeader } from "./rich-header.ts";
export type { Section } from "./section-table.ts";
export type { Signature } from "./signature.ts";
export type { SignerVerdict } from "./signer.ts";
export { readStringTables, type StringResource } from "./string-table.ts";
export type { Timestamp } from "./timestamp.ts";
export { readTls, type TlsDirectory } from "./tls-directory.ts";
export {
  type FixedFileInfo,
  readVersionInfo,
  type StringTable,
  type Translation,
  type VersionInfo,
  versionStrings,
} from "./version-info.ts";
