import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { temporaryDirectory } from "@adk/testing";
import { beforeAll, expect, test } from "vitest";
import { startAdk } from "./support/adk.ts";
import { describeWithPeer } from "./support/peers.ts";
import { noise } from "./support/sample-tree.ts";

let place = "";
const files: Record<string, Uint8Array | string> = {
  "Ein langer Name/Übung 日本.txt": "a name",
  "boot/etfsboot.com": noise(4096, 1),
  "sources/install.wim": noise(2_000_001, 2),
  "sources/copy.wim": noise(2_000_001, 2),
  "VIDEO_TS/VIDEO_TS.BUP": "copy of the information",
  "VIDEO_TS/VIDEO_TS.IFO": "information",
  "VIDEO_TS/VIDEO_TS.VOB": "pictures",
  "VIDEO_TS/VTS_01_0.BUP": "copy of the information of a title",
  "VIDEO_TS/VTS_01_0.IFO": "information of a title",
  "VIDEO_TS/VTS_01_1.VOB": "pictures of a title",
};

beforeAll(() => {
  place = temporaryDirectory();
  for (const [path, content] of Object.entries(files)) {
    const file = join(place, "my media", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
});

async function oscdimg(disc: string, ...options: string[]): Promise<string> {
  const { exitCode, stdout } = await startAdk(["oscdimg", ...options, "my media", disc], { cwd: place }).ended;
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining("Done.")]);
  return join(place, disc);
}

const BOOT = "-bootdata:1#p0,e,bmy media\\boot\\etfsboot.com";

describeWithPeer(["7zz"], (sevenZip) => {
  test.each([[["-u2", "-o", BOOT]], [["-u1", "-j1"]], [["-u2", "-ue", "-uf", "-yl"]], [["-j2"]], [["-uv"]]])(
    "7-Zip extracts a disc of %j byte for byte",
    async (options) => {
      const disc = await oscdimg("peer.iso", ...options);
      const out = join(place, "out");
      rmSync(out, { recursive: true, force: true });
      await sevenZip.run(["x", "-y", `-o${out}`, disc]);
      for (const [path, content] of Object.entries(files)) {
        expect(readFileSync(join(out, path)).equals(Buffer.from(content)), path).toBe(true);
      }
    },
  );

  test("a video DVD has nothing else in ISO 9660 with -ut, and its title sets in the order of players", async () => {
    const disc = await oscdimg("dvd.iso", "-uv", "-ut");
    const { text } = await sevenZip.run(["l", "-ba", "-tiso", disc]);
    expect(text).toContain("VIDEO_TS.IFO");
    expect(text).not.toContain("SOURCES");
    const bytes = readFileSync(disc);
    const order = ["IFO", "VOB", "BUP"].map((kind) => files[`VIDEO_TS/VIDEO_TS.${kind}`] as string);
    const sectors = order.map((each) => bytes.indexOf(each.padEnd(64, "\0")) / 2048);
    expect(sectors).toEqual([sectors[0], (sectors[0] as number) + 1, (sectors[0] as number) + 2]);
  });
});

describeWithPeer(["isoinfo"], (isoinfo) => {
  test("isoinfo reads the names of each tree: 8.3, with small letters, Joliet beside UDF", async () => {
    const names = async (disc: string, ...options: string[]) =>
      (await isoinfo.run(["-f", "-i", disc, ...options])).text;
    expect(await names(await oscdimg("dos.iso", "-m"))).toMatch(/^\/EIN_LANG\/_BUNG___\.TXT$/m);
    expect(await names(await oscdimg("long.iso", "-m", "-n", "-d"))).toMatch(/^\/Ein_langer_Name\/_bung___\.txt$/m);
    // It writes other characters than those of Latin-1 as it can.
    expect(await names(await oscdimg("joliet.iso", "-u2", "-j1"), "-J")).toMatch(/^\/Ein langer Name\/.bung .*\.txt$/m);
  });
});
