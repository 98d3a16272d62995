import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FileAccess, walk } from "@adk/core";
import { openIso, openIsoVolume } from "@adk/iso";
import { expect, test } from "vitest";
import { describeWithData } from "./support/data.ts";

/** What 7-Zip extracts from an image: path, size and SHA-256 of each file. */
function truth(file: string): Map<string, string> {
  const [, ...lines] = readFileSync(file, "utf8").trimEnd().split("\n");
  const files = lines.filter((line) => !/^[^\t]*\/\t/.test(line));
  return new Map(files.map((line) => [line.split("\t")[0] as string, line.split("\t").slice(1).join(" ")]));
}

describeWithData("media", (data) => {
  test.each([
    ["genisoimage-bridge.iso", "genisoimage-bridge", "udf"],
    ["genisoimage-bridge.iso", "genisoimage-bridge", "joliet"],
    ["dfvfs-iso9660.raw", "dfvfs-iso9660", "iso9660"],
  ] as const)("%s: the files of %s by its %s tree", async (file, name, kind) => {
    await using image = await openIso(await FileAccess.open(join(data, "iso", file)));
    const volume = openIsoVolume(image, kind);
    const found = new Map<string, string>();
    for await (const batch of walk(volume)) {
      for (const entry of batch.filter(({ attributes }) => !(attributes & 0x10))) {
        const bytes = await volume.read(entry);
        found.set(entry.path.slice(1), `${entry.size} ${createHash("sha256").update(bytes).digest("hex")}`);
      }
    }
    const expected = truth(join(data, `facts/${name}.files.tsv`));
    // The boot catalog has no data in this UDF tree: the maker gave it none.
    for (const files of [found, expected]) files.delete("boot/boot.cat");
    expect([...found].sort()).toEqual([...expected].sort());
    expect(image.findings.list).toEqual([]);
  });
});
