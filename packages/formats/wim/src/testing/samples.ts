import { readFileSync } from "node:fs";
import {
  FileAttribute,
  junctionTo,
  parseSddl,
  REPARSE_TAG_MOUNT_POINT,
  REPARSE_TAG_SYMLINK,
  reparseDataToBytes,
  securityDescriptorToBytes,
  symlinkTo,
  type Volume,
} from "@adk/core";
import { noise, prose } from "@adk/testing";
import { type CaptureOptions, captureVolume } from "../capture.ts";
import { WimWriter } from "../wim-writer.ts";
import type { FinishOptions, WriteOptions } from "../write-options.ts";
import { type MemoryEntry, memoryVolume } from "./memory-volume.ts";

/** FILETIME that samples are stamped with. */
export const STAMP = 133_000_000_000_000_000n;

const ADMINISTRATORS = securityDescriptorToBytes(parseSddl("O:BAG:SYD:PAI(A;OICI;FA;;;BA)"));
const SYSTEM = securityDescriptorToBytes(parseSddl("O:SYG:SYD:(A;;FA;;;SY)"));

const LINKED: MemoryEntry = { data: prose(3000, 9), linkId: "1", security: SYSTEM };

/** A volume that has one of everything that an NTFS volume can have. */
export function richVolume(more: Readonly<Record<string, MemoryEntry>> = {}): Volume {
  const link = reparseDataToBytes(symlinkTo("C:\\Windows\\text.txt"));
  const junction = reparseDataToBytes(junctionTo("C:\\Windows"));
  const relative = reparseDataToBytes(symlinkTo("..\\text.txt"));
  return memoryVolume(
    {
      "Program Files": {
        shortName: "PROGRA~1",
        security: ADMINISTRATORS,
        children: {},
        attributes: FileAttribute.SYSTEM,
      },
      Windows: {
        security: ADMINISTRATORS,
        streams: { "of a directory": "directories have streams too" },
        children: {
          "text.txt": {
            data: prose(100_000),
            shortName: "TEXT~1.TXT",
            security: SYSTEM,
            attributes: FileAttribute.ARCHIVE | FileAttribute.HIDDEN,
            times: [1n, 2n, 2n ** 63n - 1n],
          },
          "same text": { data: prose(100_000) },
          noise: { data: noise(50_000) },
          empty: {},
          "empty with stream": { streams: { "Zone.Identifier": "[ZoneTransfer]\r\nZoneId=3\r\n", empty: "" } },
          "with stream": { data: "data", streams: { a: noise(10), B: prose(40_000) } },
          "first name": LINKED,
          "second name": { ...LINKED, shortName: "SECOND~1" },
          "not linked": { data: prose(3000, 9) },
          link: { reparse: { tag: REPARSE_TAG_SYMLINK, data: link, reserved: 0, fixed: true } },
          "relative link": { reparse: { tag: REPARSE_TAG_SYMLINK, data: relative, reserved: 7, fixed: false } },
          junction: {
            attributes: FileAttribute.DIRECTORY,
            reparse: { tag: REPARSE_TAG_MOUNT_POINT, data: junction, reserved: 0, fixed: true },
          },
          "cloud directory": {
            attributes: FileAttribute.DIRECTORY,
            reparse: { tag: 0x9000301a, data: noise(30), reserved: 0, fixed: false },
          },
          compact: { data: prose(500), reparse: { tag: 0x80000017, data: noise(16), reserved: 0, fixed: false } },
          items: {
            data: "x",
            items: [
              { tag: 1, data: noise(64) },
              { tag: 2, data: noise(13) },
              { tag: 0x1234, data: noise(3) },
            ],
          },
          "\ud800 lone": { data: "surrogate" },
        },
      },
      "last, third name": LINKED,
      ...more,
    },
    { security: ADMINISTRATORS },
  );
}

export interface SampleOptions extends WriteOptions, FinishOptions {
  readonly volumes?: readonly Volume[];
  readonly capture?: Partial<CaptureOptions>;
}

/** Writes a file whose images are called `one`, `two` ... and returns its bytes. */
export async function writeSample(path: string, options: SampleOptions = {}): Promise<Uint8Array> {
  const { volumes = [richVolume()], capture } = options;
  await using writer = await WimWriter.create(path, { threads: 1, overwrite: true, ...options });
  for (const [i, volume] of volumes.entries()) {
    const name = ["one", "two", "three"][i] as string;
    await captureVolume(writer, volume, { name, time: STAMP, ...capture });
  }
  await writer.finish(options);
  return new Uint8Array(readFileSync(path));
}
