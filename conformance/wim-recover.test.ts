import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isRealDirectory, MemoryAccess, type Volume, walk } from "@adk/core";
import { temporaryDirectory } from "@adk/testing";
import { openImage, type RecoverResult, recoverWim, verifyWim, WimFile } from "@adk/wim";
import { beforeAll, describe, expect, test } from "vitest";
import { describeWithData } from "./support/data.ts";
import { describeWithPeer } from "./support/peers.ts";
import { sha1 } from "./support/wim-chunks.ts";

// Files that wimlib made, damaged in known places: what comes out must be valid for wimlib, and each file that is there must be
// as it was.

const NAMES = [
  "peer_none.wim",
  "peer_xpress4k.wim",
  "peer_lzx_integrity.wim",
  "peer_lzx128k.wim",
  "peer_lzms_nonsolid.wim",
  "peer_solid_lzms.esd",
  "peer_pipable_lzx.wim",
] as const;

type Place = { readonly offset: number; readonly storedSize: number };

/** Where the structures of a file lie, besides its header. */
interface Places {
  readonly header: number;
  readonly lookupTable: Place;
  readonly xmlData: Place;
  readonly metadata: Place;
  /** Of data, in the order of the file. */
  readonly blobs: readonly Place[];
}

interface Recovered {
  readonly result: RecoverResult;
  /** By path, the SHA-1 of each file. */
  readonly files: ReadonlyMap<string, string>;
}

describeWithPeer(["wimlib-imagex"], (wimlib) => {
  describeWithData("imaging", (directory) => {
    let tree: ReadonlyMap<string, string>;
    beforeAll(() => {
      const lines = readFileSync(join(directory, "peer_tree.sha1"), "utf8").trimEnd().split("\n");
      tree = new Map(lines.map((line) => [line.slice(43), line.slice(0, 40)]));
    });

    async function recover(bytes: Uint8Array): Promise<Recovered> {
      const out = join(temporaryDirectory(), "out.wim");
      const result = await recoverWim(new MemoryAccess(bytes, "damaged.wim"), out, { threads: 2 });
      await wimlib.run(["verify", out]);
      await using file = await WimFile.open(out);
      expect((await verifyWim(file, { threads: 1 })).findings).toEqual([]);
      return { result, files: await filesOf(await openImage(file, 1)) };
    }

    /** All that was not lost is there, as it was. */
    function expectRest({ result, files }: Recovered): void {
      const lost = new Set(result.lost.map(({ path }) => path));
      const rest = [...tree].filter(([path]) => !lost.has(path));
      expect(new Map([...files].sort())).toEqual(new Map(rest.sort()));
    }

    async function expectAll(bytes: Uint8Array): Promise<RecoverResult> {
      const recovered = await recover(bytes);
      expect(recovered.result.lost).toEqual([]);
      expectRest(recovered);
      return recovered.result;
    }

    describe.each(NAMES)("%s", (name) => {
      let whole: Buffer;
      let places: Places;
      const damaged = (change: (bytes: Buffer) => void): Uint8Array => {
        const bytes = Buffer.from(whole);
        change(bytes);
        return bytes;
      };
      const spoil = ({ offset, storedSize }: Place) =>
        damaged((bytes) => bytes.fill(0xa5, offset + (storedSize >> 1), offset + (storedSize >> 1) + 8));
      beforeAll(async () => {
        whole = readFileSync(join(directory, name));
        places = await placesOf(whole);
      });

      test("whole", async () => {
        expect(await expectAll(whole)).toMatchObject({ ok: true, images: [{ recovered: true, lostFiles: 0 }] });
      });

      test("without a header", async () => {
        const result = await expectAll(damaged((bytes) => bytes.fill(0, places.header, places.header + 208)));
        expect(result.images).toMatchObject([{ index: 1, recovered: true }]);
      });

      test("with a header that refers to nothing", async () => {
        const result = await expectAll(
          damaged((bytes) => bytes.fill(0xee, places.header + 0x30, places.header + 0x60)),
        );
        expect(result.images[0]?.name).not.toContain("Recovered");
      });

      test("without XML data", async () => {
        const { offset, storedSize } = places.xmlData;
        // The copy that a pipable file has at its start goes too.
        const gone = damaged((bytes) => {
          bytes.fill(0, offset, offset + storedSize);
          if (name.includes("pipable")) bytes.fill(0, 248, 300);
        });
        const result = await expectAll(gone);
        expect(result).toMatchObject({ ok: false, images: [{ name: "Recovered image 1" }] });
      });

      test("with damaged data", async () => {
        const recovered = await recover(spoil(places.blobs[places.blobs.length >> 1] as Place));
        const { result } = recovered;
        expect(result.ok).toBe(false);
        expect(result.blobs.corrupt).toBeGreaterThan(0);
        expect(result.lost.length).toBeGreaterThan(0);
        expect(result.lost.every(({ reason }) => reason === "corrupt")).toBe(true);
        expectRest(recovered);
      });

      test("with damaged entries in the lookup table", async () => {
        const at = places.lookupTable.offset + 50 * 5;
        const recovered = await recover(damaged((bytes) => bytes.fill(0xff, at, at + 60)));
        expect(recovered.result.blobs.missing).toBe(2);
        expectRest(recovered);
      });

      test("with damaged metadata", async () => {
        // What is wrong in metadata that is not compressed may be a name or a time: it is told that something is.
        if (name === "peer_none.wim") {
          const { result } = await recover(
            damaged((bytes) => bytes.fill(0x21, places.metadata.offset + 40, places.metadata.offset + 48)),
          );
          expect(result.findings.map(({ code }) => code)).toContain("WIM_METADATA_CORRUPT");
          expect(result.ok).toBe(false);
        } else {
          const { offset, storedSize } = places.metadata;
          const gone = damaged((bytes) => bytes.fill(0xff, offset, offset + storedSize));
          await expect(recover(gone)).rejects.toMatchObject({ code: "WIM_NOTHING_RECOVERABLE" });
        }
      });

      test("cut off before its tables", async () => {
        const cut = whole.subarray(0, Math.floor(places.lookupTable.offset * 0.7));
        if (!name.includes("pipable")) {
          await expect(recover(cut)).rejects.toMatchObject({ code: "WIM_NOTHING_RECOVERABLE" });
          return;
        }
        const recovered = await recover(cut);
        expect(recovered.result.blobs.missing).toBeGreaterThan(0);
        expect(recovered.files.size).toBeGreaterThan(20);
        expectRest(recovered);
      });
    });

    test("what wimlib calls damaged is recovered in part, and is damaged no more", async () => {
      const bytes = readFileSync(join(directory, "peer_none.wim"));
      const { blobs } = await placesOf(bytes);
      for (const { offset } of blobs.filter((_, i) => i % 3 === 0)) bytes[offset]! ^= 0x20;
      const path = join(temporaryDirectory(), "damaged.wim");
      writeFileSync(path, bytes);
      await expect(wimlib.run(["verify", path])).rejects.toThrow();
      expectRest(await recover(bytes));
    });
  });
});

async function placesOf(bytes: Uint8Array): Promise<Places> {
  await using file = await WimFile.open(new MemoryAccess(bytes));
  const { lookupTable, xmlData, pipable } = file.header;
  const blobs: Place[] = [];
  for (const { storage } of file.table.blobs.values()) {
    blobs.push(storage.kind === "resource" ? storage.resource : storage.solid.resource);
  }
  blobs.sort((a, b) => a.offset - b.offset);
  const metadata = file.metadataBlob(1).storage.resource;
  return { header: pipable ? bytes.length - 208 : 0, lookupTable, xmlData, metadata, blobs };
}

async function filesOf(volume: Volume): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for await (const batch of walk(volume)) {
    for (const entry of batch) {
      if (isRealDirectory(entry) || entry.reparseTag !== 0) continue;
      files.set(entry.path, sha1(await volume.read(entry)));
    }
  }
  return files;
}
