import { dllName, type ImportedDll, readDescriptors, ThunkReader } from "./import-table.ts";
import { Directory } from "./optional-header.ts";
import type { PeFile } from "./pe-file.ts";

const DESCRIPTOR_SIZE = 32;
/** Attribute of a descriptor whose fields are RVAs; those of Visual C++ 6.0 had addresses. */
const RVA_BASED = 1;

/** The DLLs that are loaded when one of their functions is first called (IMAGE_DELAYLOAD_DESCRIPTOR), in file order. */
export function readDelayImports(pe: PeFile): Promise<ImportedDll[]> {
  return pe.readPart<ImportedDll[]>([], (image, findings) => {
    const directory = pe.directory(Directory.DELAY_IMPORT);
    if (!directory) return [];
    const table = new ThunkReader(image, pe.optionalHeader, findings);
    const { is64, imageBase, sizeOfImage } = pe.optionalHeader;
    const base = Number(imageBase);
    const inImage = (address: number) => address >= base && address < base + sizeOfImage;
    const toRva = (address: number) => (inImage(address) ? address - base : address);
    return readDescriptors(directory.address, DESCRIPTOR_SIZE, image, findings, (descriptor) => {
      const rvaBased = is64 || (image.u32(descriptor) & RVA_BASED) !== 0;
      const field = (at: number) => (rvaBased ? image.u32(descriptor + at) : toRva(image.u32(descriptor + at)));
      const functions = rvaBased ? table.read([field(16), field(12)]) : table.read([field(16), field(12)], toRva);
      return { dll: dllName(image, field(4), findings), functions };
    });
  });
}
