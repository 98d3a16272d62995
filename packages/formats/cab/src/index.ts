/** Reads cabinet files, alone and in sets, and what update packages make of them. */

// A cabinet or a set, its files, and whether they are whole.

export { type CabFile, type CabFolder, CabinetSet, type OpenCabOptions, type OpenNeighbour } from "./cabinet-set.ts";
export { findCabinets } from "./find-cabinets.ts";
export { type CabHeader, isCab } from "./header.ts";
export { type CabInfo, cabInfo } from "./info.ts";
export { openCab } from "./open-cab.ts";
export { type VerifyResult, verifyCabinets } from "./verify.ts";

// Out of a cabinet.

export { openCabVolume, readCabFile } from "./cab-volume.ts";
export { type ExtractOptions, extractFiles } from "./extract.ts";
export { type FilePiece, readFiles } from "./folder-reader.ts";

// Update packages.

export {
  type ContainerIndex,
  type IndexedFile,
  type IndexedHash,
  type IndexedSource,
  parseContainerIndex,
} from "./container-index.ts";
export { type ExtractPsfResult, extractPsf } from "./extract-psf.ts";
export { readUpdatePackage, type UpdatePackage } from "./update-package.ts";
