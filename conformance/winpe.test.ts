import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { captureWim } from "@adk/image";
import { makeWindows, storage } from "@adk/image/testing";
import { createWinPe } from "@adk/media";
import { temporaryDirectory } from "@adk/testing";
import { expect, test } from "vitest";
import { describeWithPeer } from "./support/peers.ts";

function write(root: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

describeWithPeer(["wimlib-imagex"], (wimlib) => {
  test("an image that got drivers and files is sound, and marked to be started", async () => {
    const directory = temporaryDirectory();
    const wim = join(directory, "pe.wim");
    await captureWim(await makeWindows(), wim, { name: "PE", threads: 1 });
    write(directory, { "media/bootmgr": "bootmgr", "media/boot/boot.sdi": "$SDI0001", "start.cmd": "wpeinit\r\n" });
    write(join(directory, "drivers/storage"), storage());
    const { changes, firmware } = await createWinPe(wim, join(directory, "pe"), {
      media: join(directory, "media"),
      drivers: [join(directory, "drivers")],
      startnet: join(directory, "start.cmd"),
      threads: 1,
    });
    expect(firmware).toEqual(["bios"]);
    expect(changes.map(({ path }) => path)).toContain("/Windows/INF/oem0.inf");
    const made = join(directory, "pe/sources/boot.wim");
    await wimlib.run(["verify", made]);
    expect((await wimlib.run(["info", made])).text).toMatch(/^Boot Index: +1$/m);
    const { text } = await wimlib.run(["extract", made, "1", "/Windows/System32/startnet.cmd", "--to-stdout"]);
    expect(text).toBe("wpeinit\r\n");
  });
});
