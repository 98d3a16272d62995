import { mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  FileAttribute,
  Findings,
  junctionTo,
  openDirectory,
  parseSddl,
  REPARSE_TAG_MOUNT_POINT,
  reparseDataToBytes,
  SIDECAR_NAME,
  securityDescriptorToBytes,
} from "@adk/core";
import { temporaryDirectory } from "@adk/testing";
import { applyImage, captureVolume, type ExtractResult, openImage, WimFile, WimWriter } from "@adk/wim";
import { beforeAll, expect, test } from "vitest";
import { describeWithData } from "./support/data.ts";
import { type MemoryFile, memoryVolume } from "./support/memory-volume.ts";
import { describeWithPeer } from "./support/peers.ts";
import { makeSampleTree, noise, text } from "./support/sample-tree.ts";
import { byPath, listVolume, parseDetailed } from "./support/wimlib-listing.ts";

// What a directory of this host cannot hold survives there: an image is applied with a sidecar, captured again, and the two are
// compared by wimlib's listing, and by our own for what that does not show.

async function apply(path: string, index: number, to: string): Promise<ExtractResult> {
  await using file = await WimFile.open(path);
  const findings = new Findings();
  const result = await applyImage(file, index, to, { sidecar: true, threads: 2, findings });
  expect(findings.list).toEqual([]);
  return result;
}

async function capture(from: string, path: string): Promise<void> {
  const findings = new Findings();
  await using volume = await openDirectory(from, { findings });
  await using writer = await WimWriter.create(path, { compression: "xpress" });
  await captureVolume(writer, volume, { name: "again" });
  await writer.finish();
  expect(findings.list).toEqual([]);
}

/** Applies an image, moves the directory, and captures it. */
async function throughDirectory(path: string, index = 1): Promise<{ back: string; result: ExtractResult }> {
  const at = temporaryDirectory();
  const result = await apply(path, index, join(at, "applied"));
  renameSync(join(at, "applied"), join(at, "moved"));
  const back = join(at, "back.wim");
  await capture(join(at, "moved"), back);
  return { back, result };
}

/** Everything of an image that our volumes tell, times to 100 ns and items included. */
async function everything(path: string, index = 1) {
  await using file = await WimFile.open(path);
  const volume = await openImage(file, index);
  const { root } = await file.metadata(index);
  const facts: unknown[] = [];
  const pending = [{ path: "", dentry: root }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { children = [], creationTime, lastAccessTime, lastWriteTime, items, reparseFlags } = next.dentry;
    facts.push([next.path, creationTime, lastAccessTime, lastWriteTime, reparseFlags, items]);
    pending.push(...children.map((child) => ({ path: `${next?.path}/${child.name}`, dentry: child })));
  }
  return { listing: byPath(await listVolume(volume)), facts };
}

describeWithPeer(["wimlib-imagex"], (wimlib) => {
  let tree = "";
  beforeAll(async () => {
    tree = join(temporaryDirectory(), "tree");
    mkdirSync(tree);
    makeSampleTree(tree, { largeBytes: 0 });
  });

  async function detailed(path: string, index = 1): Promise<string> {
    const { text: listing } = await wimlib.run(["dir", path, String(index), "--detailed"]);
    // The numbers of hard links are free, and so is how streams are laid out in an entry.
    return listing.replaceAll(/^(Link Group|Security ID|Hard Link Group).*\n/gm, "");
  }

  async function expectKept(path: string, index = 1): Promise<ExtractResult> {
    const { back, result } = await throughDirectory(path, index);
    await wimlib.run(["verify", back]);
    expect(byPath(parseDetailed(await detailed(back)))).toEqual(byPath(parseDetailed(await detailed(path, index))));
    expect(await everything(back)).toEqual(await everything(path, index));
    return result;
  }

  test.each(["--rpfix", "--unix-data", "--norpfix"])(
    "a tree that wimlib captured stays as it is: %s",
    async (option) => {
      const path = join(temporaryDirectory(), "theirs.wim");
      await wimlib.run(["capture", tree, path, "theirs", "--no-acls", option]);
      await expectKept(path);
    },
  );

  describeWithData("imaging", (directory) => {
    test.each(["pebakery_LZX.wim", "pebakery_MultiImage.wim", "peer_pipable_lzx.wim", "peer_solid_lzms.esd"])(
      "%s stays as it is",
      async (name) => {
        await expectKept(join(directory, name));
      },
    );
  });
});

describeWithPeer(["wimlib-imagex", "mkntfs"], (wimlib, mkntfs) => {
  const security = (sddl: string) => securityDescriptorToBytes(parseSddl(sddl));
  const inherited = security("O:BAG:BAD:(A;;FA;;;SY)");
  const files: MemoryFile[] = [
    { path: "/", security: security("O:BAG:SYD:PAI(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)") },
    { path: "/Program Files", shortName: "PROGRA~1", attributes: FileAttribute.READONLY },
    {
      path: "/Program Files/long name of a file.txt",
      shortName: "LONGNA~1.TXT",
      data: text(50_000, 1),
      attributes: FileAttribute.ARCHIVE | FileAttribute.HIDDEN,
      streams: { "Zone.Identifier": text(30, 2), große: noise(70_000, 2), empty: text(0, 0) },
      security: security("O:SYG:BAD:(A;;FA;;;SY)(D;;FW;;;WD)(A;;FR;;;WD)"),
    },
    { path: "/directory with a stream", streams: { "on a directory": text(300, 4) } },
    { path: "/system.bin", data: noise(100_001, 3), attributes: FileAttribute.SYSTEM, linkId: "one" },
    { path: "/system again.bin", data: noise(100_001, 3), attributes: FileAttribute.SYSTEM, linkId: "one" },
    {
      path: "/junction",
      attributes: FileAttribute.DIRECTORY,
      reparse: {
        tag: REPARSE_TAG_MOUNT_POINT,
        data: reparseDataToBytes(junctionTo("C:\\Program Files")),
        reserved: 0,
        fixed: true,
      },
    },
    { path: "/alias", reparse: { tag: 0x8000_001b, data: noise(200, 6), reserved: 0, fixed: false } },
    { path: "/named", data: text(100, 9), items: [{ tag: 1, data: noise(16, 7) }] },
  ];

  test("a capture of an NTFS volume goes through a directory and back onto an NTFS volume", async () => {
    const at = temporaryDirectory();
    const [ours, theirs, ntfs, again] = ["ours.wim", "theirs.wim", "a.img", "again.wim"].map((name) =>
      join(at, name),
    ) as [string, string, string, string];
    await using writer = await WimWriter.create(ours);
    await captureVolume(writer, memoryVolume(files.map((file) => ({ security: inherited, ...file }))), { name: "x" });
    await writer.finish();
    const ontoNtfs = async (from: string, out: string) => {
      rmSync(ntfs, { force: true });
      writeFileSync(ntfs, "");
      truncateSync(ntfs, 16 << 20);
      await mkntfs.run(["-F", "-q", ntfs]);
      await wimlib.run(["apply", from, "1", ntfs]);
      await wimlib.run(["capture", ntfs, out, "x"]);
    };
    await ontoNtfs(ours, theirs);
    const { back, result } = await throughDirectory(theirs);
    expect(result.kept).toMatchObject({ streams: 4, shortNames: 2, securityDescriptors: 9, reparsePoints: 1 });
    expect(result.notHeld).toMatchObject({ streams: 0, securityDescriptors: 0 });
    const listed = async (path: string) => {
      const { text: listing } = await wimlib.run(["dir", path, "1", "--detailed"]);
      return byPath(parseDetailed(listing));
    };
    expect(await listed(back)).toEqual(await listed(theirs));
    expect(await everything(back)).toEqual(await everything(theirs));
    expect((await listed(back)).map(({ path }) => path)).not.toContain(`/${SIDECAR_NAME}`);
    await ontoNtfs(back, again);
    expect(await listed(again)).toEqual(await listed(theirs));
  });
});
