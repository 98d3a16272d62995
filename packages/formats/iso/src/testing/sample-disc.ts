import { openDirectory } from "@adk/core";
import { makeTree, type Tree } from "@adk/testing";
import { Platform } from "../boot-catalog.ts";
import { type CreateIsoOptions, planIso } from "../write/create-iso.ts";

export const TIME = 133_500_000_000_000_000n;

export const TREE: Tree = {
  "boot/boot.txt": "boot",
  "docs/a b c.long-extension": "a",
  "docs/deep/er/ünï.txt": "unicode",
  "docs/Name.txt": "one",
  "empty/": "",
  "big.bin": new Uint8Array(5000).fill(7),
  "copy.bin": new Uint8Array(5000).fill(7),
  "nothing.txt": "",
};

/** The image of a small disc. */
export async function sampleDisc(options: Partial<CreateIsoOptions> = {}, tree: Tree = TREE): Promise<Uint8Array> {
  await using volume = await openDirectory(await makeTree(tree));
  const boot = [{ platform: Platform.BIOS, bytes: new Uint8Array(2048).fill(1) }];
  const plan = await planIso(volume, { form: "udf", label: "SAMPLE", time: TIME, boot, ...options });
  const pieces: Uint8Array[] = [];
  for await (const piece of plan.write()) pieces.push(piece.slice());
  return new Uint8Array(Buffer.concat(pieces));
}
