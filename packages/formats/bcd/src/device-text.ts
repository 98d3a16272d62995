import { AdkError, fromHex, type Guid, isGuid, NIL_GUID, parseGuid, toHex } from "@adk/core";
import { type Device, type DeviceData, type DeviceFile, deviceData, deviceToBytes, parseDevice } from "./device.ts";
import { formatElementId } from "./element-type.ts";
import { objectIdOf } from "./well-known.ts";

/**
 * bcdedit's way to write devices:
 *
 * - `boot`, `locate=custom:12000002`, `locate=\path`
 * - `file=[boot]\boot\x.wim`, `ramdisk=[boot]\sources\boot.wim,{options}`
 * - `vhd=[locate]\test.vhd`, `vhd=[boot]\test.vhd,locate=custom:12000002`
 *
 * Drive letters belong to a running Windows, so that partitions are written by what is on the disk:
 * `partition=gpt:<disk guid>/<partition guid>`, `partition=mbr:<signature, 8 hex digits>/<offset, bytes>`, and as a volume of a file without
 * `partition=`. What has no such text is `hex:<digits>`.
 */
export function formatDevice(data: DeviceData, nameOf: (id: Guid) => string = braces): string {
  const { options, device } = data;
  const bytes = toHex(deviceToBytes(data));
  const plain = options === NIL_GUID;
  const text = plain || device.kind === "ramdisk" ? textOf(device) : undefined;
  const readable = text !== undefined && means(plain ? text : `${text},${braces(options)}`, bytes);
  if (!readable) return `hex:${bytes}`;
  return plain ? text : `${text},${nameOf(options)}`;
}

/** Whether a text brings the same bytes back: a path with a comma in it, or a ramdisk without options, would not. */
function means(text: string, bytes: string): boolean {
  try {
    return toHex(deviceToBytes(parseDeviceText(text))) === bytes;
  } catch (error) {
    if (error instanceof AdkError) return false;
    throw error;
  }
}

function braces(id: Guid): string {
  return `{${id}}`;
}

/** Undefined where the text would not bring the same device back. */
function textOf(device: Device): string | undefined {
  switch (device.kind) {
    case "boot":
      return "boot";
    case "gpt":
    case "mbr":
      return `partition=${volumeText(device)}`;
    case "file":
    case "ramdisk":
      return withPath(device.kind, device.file);
    case "vhd":
      return vhdText(device.file);
    case "locate": {
      if (device.parent) {
        const parent = textOf(device.parent);
        return device.path === undefined && parent?.startsWith("vhd=") ? `${parent},${locateText(device)}` : undefined;
      }
      return locateText(device);
    }
    case "other":
      return undefined;
  }
}

function withPath(kind: string, { volume, path, tail }: DeviceFile): string | undefined {
  if (tail || path.includes(",") || !path.startsWith("\\")) return undefined;
  const byPath = volume.kind === "locate" && volume.path === path && !volume.parent && volume.element === 0;
  const place = byPath ? "locate" : volumeText(volume);
  return place && `${kind}=[${place}]${path}`;
}

function vhdText(file: Device): string | undefined {
  return file.kind === "file" ? withPath("vhd", file.file) : undefined;
}

function locateText({ path, element }: { path?: string; element: number }): string | undefined {
  if (path !== undefined) return element === 0 && !path.includes(",") ? `locate=${path}` : undefined;
  return `locate=custom:${formatElementId(element)}`;
}

function volumeText(volume: Device): string | undefined {
  if (volume.kind === "boot") return "boot";
  if (volume.kind === "gpt") return `gpt:${volume.disk}/${volume.partition}`;
  if (volume.kind === "mbr") return `mbr:${volume.signature.toString(16).padStart(8, "0")}/${volume.offset}`;
  return volume.kind === "locate" && !volume.parent && volume.path === undefined ? locateText(volume) : undefined;
}

const DEVICE = /^(boot|partition|hd_partition|file|ramdisk|vhd|locate|hex)(?:[=:](.*))?$/is;

/** @throws AdkError `BCD_BAD_DEVICE`, `BCD_DRIVE_LETTER` */
export function parseDeviceText(text: string): DeviceData {
  const [, kind = "", rest = ""] = DEVICE.exec(text) ?? [];
  switch (kind.toLowerCase()) {
    case "boot":
      if (rest === "") return deviceData({ kind: "boot" });
      break;
    case "partition":
    case "hd_partition":
      return deviceData(parseVolume(rest, text));
    case "locate":
      return deviceData(parseLocate(rest === "" ? "custom:12000002" : rest, text));
    case "file":
      return deviceData({ kind: "file", file: parseFile(rest, text) });
    case "ramdisk": {
      const [file = "", options] = rest.split(",");
      const id = options === undefined ? undefined : objectIdOf(options);
      if (id === undefined)
        throw badDevice(text, "A ramdisk needs its options: ramdisk=[boot]\\path,{ramdiskoptions}.");
      return deviceData({ kind: "ramdisk", file: parseFile(file, text) }, id);
    }
    case "vhd": {
      const [file = "", located] = rest.split(",");
      const vhd: Device = { kind: "vhd", file: { kind: "file", file: parseFile(file, text) } };
      if (located === undefined) return deviceData(vhd);
      const place = parseLocate(located.replace(/^locate=/i, ""), text);
      return deviceData({ ...place, parent: vhd });
    }
    case "hex":
      if (/^([0-9a-f]{2}){16,}$/i.test(rest)) return parseDevice(fromHex(rest));
  }
  throw badDevice(text);
}

function parseFile(text: string, whole: string): DeviceFile {
  const [, place = "", path = ""] = /^\[(.*?)\](\\.*)$/s.exec(text) ?? [];
  if (path === "" || path.includes("\0")) throw badDevice(whole);
  if (place.toLowerCase() === "locate") return { volume: { kind: "locate", element: 0, path }, path };
  if (place.toLowerCase().startsWith("locate=")) return { volume: parseLocate(place.slice(7), whole), path };
  return { volume: parseVolume(place, whole), path };
}

function parseVolume(text: string, whole: string): Device {
  if (text.toLowerCase() === "boot") return { kind: "boot" };
  if (/^[a-z]:$|^\\Device\\/i.test(text)) {
    throw new AdkError("BCD_DRIVE_LETTER", "Drive letters are known only to a running Windows.", {
      kind: "usage",
      found: whole,
      hint: "Name the partition: gpt:<disk guid>/<partition guid> or mbr:<signature>/<offset>, or use boot or locate.",
    });
  }
  const [, disk = "", partition = ""] = /^gpt:(.*)\/(.*)$/i.exec(text) ?? [];
  if (isGuid(disk) && isGuid(partition)) return { kind: "gpt", disk: parseGuid(disk), partition: parseGuid(partition) };
  const [, signature, offset] = /^mbr:([0-9a-f]{8})\/([0-9]{1,19})$/i.exec(text) ?? [];
  if (signature === undefined || offset === undefined) throw badDevice(whole);
  return { kind: "mbr", signature: Number.parseInt(signature, 16), offset: BigInt(offset) };
}

function parseLocate(text: string, whole: string): Extract<Device, { kind: "locate" }> {
  const digits = /^(?:custom:)?([0-9a-f]{8})$/i.exec(text)?.[1];
  if (digits !== undefined) return { kind: "locate", element: Number.parseInt(digits, 16) };
  if (!text.startsWith("\\") || text.includes("\0")) throw badDevice(whole);
  return { kind: "locate", element: 0, path: text };
}

function badDevice(found: string, hint?: string): AdkError {
  return new AdkError("BCD_BAD_DEVICE", "This is no device.", {
    kind: "usage",
    found,
    hint:
      hint ??
      "For example boot, locate, partition=gpt:<disk>/<partition>, ramdisk=[boot]\\sources\\boot.wim,{ramdiskoptions}.",
  });
}
