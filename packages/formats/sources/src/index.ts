/** Opens any source by its name, and recognises files. */

export { type FileInspection, inspectFile } from "./inspect-file.ts";
export { type OpenSourceOptions, openSource, openSourceFile, type SourceFile } from "./open-source.ts";
export { selectImage } from "./select-image.ts";
