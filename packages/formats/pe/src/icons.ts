import { AdkError, ByteReader, ByteWriter, check } from "@adk/core";
import type { PeFile } from "./pe-file.ts";
import { findResources, parseResources, type ResourceId, ResourceType } from "./resource-tree.ts";

const DIRECTORY_SIZE = 6;
const FILE_ENTRY_SIZE = 16;
const KIND_ICON = 1;

/** An icon as a file of its own. */
export interface Icon {
  readonly name: ResourceId;
  readonly language: ResourceId;
  readonly images: readonly IconImage[];
  /** An `.ico` file with all images. */
  readonly file: Uint8Array;
}

export interface IconImage {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly bitCount: number;
}

/** A row of a group: the image's facts in the bytes that an .ico file has too, and the resource that holds it. */
interface GroupEntry extends IconImage {
  readonly facts: Uint8Array;
  readonly id: number;
}

/** The icons of a file, each put together from its group and the images that the group names. */
export async function readIcons(pe: PeFile): Promise<Icon[]> {
  const groups = await parseResources(pe, ResourceType.GROUP_ICON, (bytes, { name, language }) => {
    return { name, language, entries: parseIconGroup(bytes) };
  });
  const icons: Icon[] = [];
  for (const { name, language, entries } of groups) {
    const images: { entry: GroupEntry; data: Uint8Array }[] = [];
    for (const entry of entries) {
      const candidates = await findResources(pe, ResourceType.ICON, entry.id);
      const resource = candidates.find((each) => each.language === language) ?? candidates[0];
      const data = resource && (await pe.readPart(undefined, (image) => image.view(resource.address, resource.size)));
      if (data) images.push({ entry, data });
    }
    icons.push({ name, language, images: images.map(({ entry }) => shapeOf(entry)), file: writeIcon(images) });
  }
  return icons;
}

function shapeOf({ width, height, bitCount }: GroupEntry): IconImage {
  return { width, height, bitCount };
}

/** @throws AdkError `PE_BAD_ICON`, `UNEXPECTED_END` */
function parseIconGroup(bytes: Uint8Array): GroupEntry[] {
  const reader = new ByteReader(bytes).skip(2);
  const kind = reader.u16();
  check(
    kind === KIND_ICON,
    () => new AdkError("PE_BAD_ICON", "This is no group of icons.", { expected: KIND_ICON, found: kind }),
  );
  return Array.from({ length: reader.u16() }, () => {
    const facts = reader.slice(8);
    reader.skip(4);
    const [width = 0, height = 0] = facts;
    // A side of 256 pixels is written as 0.
    return {
      facts,
      id: reader.u16(),
      width: width || 256,
      height: height || 256,
      bitCount: (facts[6] ?? 0) | ((facts[7] ?? 0) << 8),
    };
  });
}

function writeIcon(images: readonly { entry: GroupEntry; data: Uint8Array }[]): Uint8Array {
  const writer = new ByteWriter().u16(0).u16(KIND_ICON).u16(images.length);
  let offset = DIRECTORY_SIZE + images.length * FILE_ENTRY_SIZE;
  for (const { entry, data } of images) {
    writer.bytes(entry.facts).u32(data.length).u32(offset);
    offset += data.length;
  }
  for (const { data } of images) writer.bytes(data);
  return writer.finish();
}
