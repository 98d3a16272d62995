import { ByteReader, ByteWriter, type Guid, guidFromBytes, guidToBytes, NIL_GUID, toHex } from "@adk/core";

/**
 * Where something is that the boot manager opens. Layout from stores of Windows, names from the public headers of ReactOS' boot
 * environment.
 */
export type Device =
  /** The device that the boot manager was started from. */
  | { readonly kind: "boot" }
  | { readonly kind: "gpt"; readonly disk: Guid; readonly partition: Guid }
  /** @property signature of the disk, 32 bits; @property offset of the partition in bytes */
  | { readonly kind: "mbr"; readonly signature: number; readonly offset: bigint }
  | { readonly kind: "file"; readonly file: DeviceFile }
  | { readonly kind: "ramdisk"; readonly file: DeviceFile }
  /** A virtual disk; `file` is a device of kind `file`, or one to be located that leads to it. */
  | { readonly kind: "vhd"; readonly file: Device }
  | Locate
  /** Kinds without a known layout, and such as are not as they should be: the descriptor as it is. */
  | { readonly kind: "other"; readonly bytes: Uint8Array };

/** A file and the device that it is on. */
export interface DeviceFile {
  readonly volume: Device;
  /** `\sources\boot.wim` */
  readonly path: string;
  /** Bytes behind the path's NUL, which some tools leave there. */
  readonly tail?: Uint8Array;
}

/** Any device that has a file: one of the element `element` (its path), or `path`; looked for on `parent`, or everywhere. */
export interface Locate {
  readonly kind: "locate";
  readonly element: number;
  readonly path?: string;
  readonly parent?: Device;
}

/** The data of a device element. */
export interface DeviceData {
  /** The object with more options (of a ramdisk); nil for none. */
  readonly options: Guid;
  readonly device: Device;
}

const Type = { LOCAL: 0, BOOT: 5, PARTITION: 6, LOCATE: 8 } as const;
const Local = { RAMDISK: 3, FILE: 5, VIRTUAL_DISK: 6 } as const;
const Scheme = { GPT: 0, MBR: 1 } as const;
/** Of the path in a file path structure: that of the boot environment. */
const PATH_TYPE = 5;
/** type, flags, size, zero: each 4 bytes. */
const HEADER = 16;
/** Of devices that have no own structure, or that of a partition. */
const PLAIN = 0x48;
/** A ramdisk is told by its options: this flag says that they are there. */
const FLAG_OPTIONS = 1;
/** Bytes between the local type and the file of a ramdisk (base, size, offset: zero) or a virtual disk. */
const IMAGE_PLACE = 20;
/** Bytes of a locate structure before its path. */
const LOCATE_HEAD = 28;
/** Real ones go down three levels. */
const MAX_DEPTH = 8;

/**
 * The data of a device element. What it does not understand to the byte stays bytes, so that `deviceToBytes` gives equal data for
 * any input of 16 bytes or more.
 *
 * @throws AdkError `UNEXPECTED_END` for less
 */
export function parseDevice(data: Uint8Array): DeviceData {
  const reader = new ByteReader(data);
  const options = guidFromBytes(reader.slice(16));
  const bytes = data.subarray(16);
  return { options, device: parseDescriptor(bytes, 0) };
}

export function deviceToBytes({ options, device }: DeviceData): Uint8Array {
  const writer = new ByteWriter().bytes(guidToBytes(options));
  return writer.bytes(descriptorToBytes(device)).finish();
}

/** A device without options, or with those of an object. */
export function deviceData(device: Device, options: Guid = NIL_GUID): DeviceData {
  return { options, device };
}

function parseDescriptor(bytes: Uint8Array, depth: number): Device {
  const other: Device = { kind: "other", bytes };
  const size = bytes.length < HEADER ? -1 : new ByteReader(bytes).seek(8).u32();
  if (size !== bytes.length || depth > MAX_DEPTH) return other;
  const device = understood(new ByteReader(bytes), depth);
  return device && toHex(descriptorToBytes(device)) === toHex(bytes) ? device : other;
}

/** @returns undefined where the structure is not one that is known */
function understood(reader: ByteReader, depth: number): Device | undefined {
  const type = reader.u32();
  reader.seek(HEADER);
  if (type === Type.BOOT) return { kind: "boot" };
  if (type === Type.PARTITION) return reader.length === PLAIN ? partition(reader) : undefined;
  if (type === Type.LOCATE) return locate(reader, depth);
  if (type !== Type.LOCAL || reader.remaining < 4) return undefined;
  const local = reader.u32();
  if (local === Local.FILE) return withFile("file", reader, depth);
  if (reader.remaining < IMAGE_PLACE) return undefined;
  reader.skip(IMAGE_PLACE);
  if (local === Local.RAMDISK) return withFile("ramdisk", reader, depth);
  if (local !== Local.VIRTUAL_DISK) return undefined;
  return { kind: "vhd", file: parseDescriptor(reader.slice(reader.remaining), depth + 1) };
}

function partition(reader: ByteReader): Device | undefined {
  const id = reader.slice(16);
  reader.skip(4);
  const scheme = reader.u32();
  const disk = reader.slice(16);
  if (scheme === Scheme.GPT) return { kind: "gpt", disk: guidFromBytes(disk), partition: guidFromBytes(id) };
  if (scheme !== Scheme.MBR) return undefined;
  return { kind: "mbr", signature: new ByteReader(disk).u32(), offset: new ByteReader(id).u64() };
}

function locate(reader: ByteReader, depth: number): Device | undefined {
  if (reader.length < LOCATE_HEAD + 2) return undefined;
  const byPath = reader.u32() === 1;
  const element = reader.u32();
  const parentOffset = reader.u32();
  const end = parentOffset === 0 ? reader.length : parentOffset;
  if (end < LOCATE_HEAD + 2 || end > reader.length) return undefined;
  const path = reader.utf16(end - LOCATE_HEAD);
  if (path.indexOf("\0") !== path.length - 1 || byPath === (path === "\0")) return undefined;
  return {
    kind: "locate",
    element,
    ...(byPath && { path: path.slice(0, -1) }),
    ...(parentOffset !== 0 && { parent: parseDescriptor(reader.slice(reader.remaining), depth + 1) }),
  };
}

function withFile(kind: "file" | "ramdisk", reader: ByteReader, depth: number): Device | undefined {
  if (reader.remaining < 12 + HEADER) return undefined;
  const start = reader.position;
  const volumeSize = reader.view.getUint32(start + 12 + 8, true);
  reader.skip(12);
  if (volumeSize > reader.remaining) return undefined;
  const volume = parseDescriptor(reader.slice(volumeSize), depth + 1);
  const text = reader.utf16(reader.remaining & ~1);
  const end = text.indexOf("\0");
  if (end < 0) return undefined;
  const tail = reader.bytes.subarray(start + 12 + volumeSize + (end + 1) * 2);
  return { kind, file: { volume, path: text.slice(0, end), ...(tail.length > 0 && { tail }) } };
}

function descriptorToBytes(device: Device): Uint8Array {
  switch (device.kind) {
    case "boot":
      return descriptor(Type.BOOT, (writer) => writer.zeros(PLAIN - HEADER));
    case "gpt":
      return partitionDescriptor(Scheme.GPT, guidToBytes(device.partition), guidToBytes(device.disk));
    case "mbr": {
      const disk = new ByteWriter().u32(device.signature).finish();
      return partitionDescriptor(Scheme.MBR, new ByteWriter().u64(device.offset).finish(), disk);
    }
    case "file":
      return descriptor(Type.LOCAL, (writer) => writeFile(writer.u32(Local.FILE), device.file));
    case "ramdisk": {
      const write = (writer: ByteWriter) => writeFile(writer.u32(Local.RAMDISK).zeros(IMAGE_PLACE), device.file);
      return descriptor(Type.LOCAL, write, FLAG_OPTIONS);
    }
    case "vhd":
      return descriptor(Type.LOCAL, (writer) => {
        writer.u32(Local.VIRTUAL_DISK).zeros(IMAGE_PLACE).bytes(descriptorToBytes(device.file));
      });
    case "locate":
      return descriptor(Type.LOCATE, (writer) => writeLocate(writer, device));
    case "other":
      return device.bytes;
  }
}

function descriptor(type: number, write: (writer: ByteWriter) => void, flags = 0): Uint8Array {
  const writer = new ByteWriter().u32(type).u32(flags).u32(0).u32(0);
  write(writer);
  return writer.patchU32(8, writer.position).finish();
}

function partitionDescriptor(scheme: number, id: Uint8Array, disk: Uint8Array): Uint8Array {
  return descriptor(Type.PARTITION, (writer) => {
    writer.bytes(id).zeros(16 - id.length + 4);
    writer
      .u32(scheme)
      .bytes(disk)
      .zeros(16 - disk.length);
    writer.zeros(PLAIN - writer.position);
  });
}

function writeFile(writer: ByteWriter, { volume, path, tail }: DeviceFile): void {
  const start = writer.position;
  writer.u32(1).u32(0).u32(PATH_TYPE).bytes(descriptorToBytes(volume)).utf16(`${path}\0`);
  if (tail) writer.bytes(tail);
  writer.patchU32(start + 4, writer.position - start);
}

function writeLocate(writer: ByteWriter, { element, path = "", parent }: Locate): void {
  writer
    .u32(path === "" ? 0 : 1)
    .u32(element)
    .u32(parent ? LOCATE_HEAD + (path.length + 1) * 2 : 0);
  writer.utf16(`${path}\0`);
  if (parent) writer.bytes(descriptorToBytes(parent));
}
