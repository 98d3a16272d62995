import { writeBootRecord } from "../boot-catalog.ts";
import { SECTOR } from "../sector.ts";
import {
  ANCHOR_SECTOR,
  anchor,
  INTEGRITY_SEQUENCE,
  integritySequence,
  MAIN_SEQUENCE,
  RESERVE_SEQUENCE,
  recognitionSequence,
  volumeDescriptorSequence,
} from "../udf/volume-descriptors.ts";
import {
  FIRST_DESCRIPTOR,
  type VolumeDescriptor,
  writeTerminator,
  writeVolumeDescriptor,
} from "../volume-descriptor.ts";
import { headSectors } from "./disc-form.ts";
import type { DiscLayout } from "./disc-layout.ts";
import type { Iso9660Layout } from "./iso9660-layout.ts";

/** System area, descriptors of ISO 9660 and El Torito, and with UDF its volume descriptors and the first anchor. */
export function headBytes(layout: DiscLayout): Uint8Array {
  const { options, udfVolume, hybrid } = layout;
  const bytes = new Uint8Array(headSectors(options) * SECTOR);
  const put = (first: number, sectors: readonly Uint8Array[]) => {
    for (const [i, sector] of sectors.entries()) bytes.set(sector, (first + i) * SECTOR);
  };
  if (hybrid) bytes.set(hybrid.start);
  const descriptors = volumeDescriptors(layout);
  put(FIRST_DESCRIPTOR, descriptors);
  if (!udfVolume) return bytes;
  put(FIRST_DESCRIPTOR + descriptors.length, recognitionSequence());
  for (const first of [MAIN_SEQUENCE, RESERVE_SEQUENCE]) put(first, volumeDescriptorSequence(udfVolume, first));
  put(INTEGRITY_SEQUENCE, integritySequence(udfVolume));
  put(ANCHOR_SECTOR, [anchor(ANCHOR_SECTOR)]);
  return bytes;
}

function volumeDescriptors(layout: DiscLayout): Uint8Array[] {
  const { options, iso, joliet, boot } = layout;
  const sectors = [writeVolumeDescriptor(descriptorOf(layout, iso, { joliet: false, version: 1 }))];
  if (options.boot?.length) sectors.push(writeBootRecord(boot.catalog));
  // The enhanced descriptor has the tree of the primary one, as with mkisofs: who reads the one alone misses nothing.
  if (options.level === 4)
    sectors.push(writeVolumeDescriptor(descriptorOf(layout, iso, { joliet: false, version: 2 })));
  if (joliet) sectors.push(writeVolumeDescriptor(descriptorOf(layout, joliet, { joliet: true, version: 1 })));
  return [...sectors, writeTerminator()];
}

function descriptorOf(
  { options, sectors }: DiscLayout,
  tree: Iso9660Layout,
  kind: Pick<VolumeDescriptor, "joliet" | "version">,
): VolumeDescriptor {
  const { label, time, publisher = "" } = options;
  const plain = label.toUpperCase().replaceAll(/[^A-Z0-9_]/g, "_");
  const [volumeId, volumeSetId] = kind.joliet ? [label.slice(0, 16), label.slice(0, 64)] : [plain.slice(0, 32), plain];
  const texts = { systemId: "", volumeId, volumeSetId, publisher, preparer: "", application: "ADK" };
  const sizes = { volumeSize: sectors, blockSize: SECTOR, pathTableSize: tree.pathTableSize };
  return { ...kind, ...texts, ...sizes, ...tree.places, created: time, modified: time };
}
