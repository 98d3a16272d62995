import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { makeTree } from "@adk/testing";
import { beforeEach, describe, expect, test } from "vitest";
import { network, registryOf, storage, type Tree } from "../testing/driver-images.ts";
import { driverFiles, NETWORK_INF, SIGNER_NAME, STORAGE_INF } from "../testing/driver-packages.ts";
import { wim } from "../testing/samples.ts";
import { makeWindows } from "../testing/windows-image.ts";
import { groups } from "./index.ts";

let root = "";
beforeEach(async () => {
  root = await makeWindows();
});

async function image(...args: string[]) {
  const { exitCode, stdout } = await runForTest(groups, ["image", ...args, "--json"], { cwd: root });
  return { exitCode, ...JSON.parse(stdout) };
}

const within = (directory: string, tree: Tree): Tree =>
  Object.fromEntries(Object.entries(tree).map(([path, content]) => [`${directory}/${path}`, content]));

/** Two drivers, an INF that is none, and one for another processor. */
const SEVERAL: Tree = {
  ...within("drivers/net", network()),
  ...within("drivers/storage", storage()),
  "drivers/autorun.inf": "[autorun]\nopen=setup.exe",
  ...within("drivers/arm", driverFiles("arm", STORAGE_INF.replaceAll("NTamd64", "NTarm64"), {})),
};

test("drivers are added in one edit, listed, exported and removed", async () => {
  const host = await makeTree(SEVERAL);
  const added = await image("add-driver", ".", join(host, "drivers"), "--recurse");
  expect(added).toMatchObject({
    exitCode: 0,
    state: "committed",
    drivers: [
      {
        from: join(host, "drivers/net/acmenet.inf"),
        publishedName: "oem0.inf",
        state: "staged",
        bootCritical: false,
        signature: "signed",
        signer: SIGNER_NAME,
        deviceIds: 2,
      },
      { publishedName: "oem1.inf", state: "installed", bootCritical: true, version: "100.90.104.21500" },
    ],
  });
  expect(added.findings.map(({ code, severity }: { code: string; severity: string }) => [severity, code])).toEqual([
    ["info", "DRIVER_NOT_FOR_WINDOWS"],
    ["info", "DRIVER_NOT_A_DRIVER"],
  ]);
  const { drivers } = await image("drivers", ".");
  expect(drivers).toMatchObject([
    {
      publishedName: "oem0.inf",
      originalFileName: "acmenet.inf",
      inbox: false,
      date: "2020-11-19",
      signature: "signed",
    },
    { publishedName: "oem1.inf", originalFileName: "acmestor.inf", provider: "Red Hat, Inc.", bootCritical: true },
  ]);
  expect(await registryOf(root)).toContainEqual(expect.stringMatching(/driverdatabase oeminfmap 3 c0/i));

  const again = await image("add-driver", ".", join(host, "drivers/net/acmenet.inf"));
  expect(again).toMatchObject({ state: "unchanged", drivers: [{ publishedName: "oem0.inf", state: "present" }] });

  const out = join(await makeTree({}), "out");
  const exported = await image("export-driver", ".", "--to", out);
  expect(exported.drivers).toMatchObject([{ files: 3 }, { files: 3 }]);
  expect((await readdir(out)).sort()).toEqual(drivers.map(({ packageName }: { packageName: string }) => packageName));
  expect((await image("export-driver", ".", "oem1.inf", "--to", out)).error.code).toBe("ALREADY_EXISTS");
  expect((await image("export-driver", ".", "OEM1.inf", "--to", out, "--force")).drivers).toHaveLength(1);

  const removed = await image("remove-driver", ".", "oem0.inf", "oem1.inf");
  expect(removed).toMatchObject({ state: "committed", findings: [{ code: "DRIVER_BOOT_CRITICAL" }] });
  expect((await image("drivers", ".")).drivers).toEqual([]);
  expect(await registryOf(root)).toContainEqual(expect.stringMatching(/driverdatabase oeminfmap 3 00/i));
});

test("a dry run tells each step and changes nothing", async () => {
  const host = await makeTree(storage());
  const before = await registryOf(root);
  const { state, drivers, changes } = await image("add-driver", ".", host, "--dry-run");
  expect(state).toBe("planned");
  expect(changes).toContainEqual(expect.objectContaining({ change: "add", path: "/Windows/INF/oem0.inf" }));
  for (const step of [
    "copy /acmestor.sys to /Windows/System32/drivers/acmestor.sys",
    'set [HKLM\\SYSTEM\\CurrentControlSet\\Services\\acmestor] "Start" REG_DWORD 0x0 (0)',
  ]) {
    expect(drivers[0].steps).toContain(step);
  }
  const { stdout } = await runForTest(groups, ["image", "add-driver", ".", host, "--dry-run"], { cwd: root });
  expect(stdout).toMatch(/^oem0\.inf \(installed\): .*acmestor\.inf, 100\.90\.104\.21500, signed by Microsoft/);
  expect(stdout).toContain("To be done: ");
  expect(await registryOf(root)).toEqual(before);
});

test("an image in a WIM file, by a session", async () => {
  const place = await makeTree(within("d", network()));
  const file = join(place, "x.wim");
  await wim(root, ["capture", ".", file]);
  const work = join(place, "work");
  await image("open", `${file}:1`, "--session", work);
  expect((await image("add-driver", work, join(place, "d"))).state).toBe("kept");
  expect((await image("drivers", work)).drivers).toHaveLength(1);
  expect((await image("drivers", `${file}:1`)).drivers).toHaveLength(0);
  await image("commit", work);
  expect((await image("drivers", `${file}:1`)).drivers).toMatchObject([{ publishedName: "oem0.inf" }]);
});

describe("all or nothing", () => {
  test.each<[name: string, tree: Tree, args: string[], exitCode: number, code: string]>([
    ["one is not signed", { ...SEVERAL, "drivers/z/z.inf": NETWORK_INF }, ["--recurse"], 3, "DRIVER_FILE_MISSING"],
    ["none is for this Windows", within("drivers", driverFiles("a", "[Version]", {})), [], 3, "DRIVER_NOT_FOR_WINDOWS"],
    ["no INF", { "drivers/readme.txt": "" }, [], 3, "DRIVER_NO_INF"],
    ["no directory", {}, [], 3, "FILE_NOT_FOUND"],
  ])("%s", async (_, tree, args, exitCode, code) => {
    const before = await registryOf(root);
    const result = await image("add-driver", ".", join(await makeTree(tree), "drivers"), ...args);
    expect([result.exitCode, result.error.code]).toEqual([exitCode, code]);
    expect(await registryOf(root)).toEqual(before);
  });

  test("a driver that is not signed is named, and added by force", async () => {
    const host = await makeTree({ ...storage(), "acmestor.sys": "changed" });
    const refused = await image("add-driver", ".", host);
    expect(refused.error).toMatchObject({ code: "DRIVER_UNSIGNED", file: join(host, "acmestor.inf") });
    const forced = await image("add-driver", ".", host, "--force-unsigned");
    expect(forced.drivers).toMatchObject([{ signature: "mismatch", state: "installed" }]);
    expect((await image("drivers", ".")).drivers).toMatchObject([{ signature: "unsigned" }]);
  });

  test("nothing is removed where one is not there", async () => {
    await image("add-driver", ".", await makeTree(network()));
    expect((await image("remove-driver", ".", "oem0.inf", "oem7.inf")).error.code).toBe("DRIVER_NOT_FOUND");
    expect((await image("remove-driver", ".", "disk.inf")).exitCode).toBe(2);
    expect((await image("drivers", ".")).drivers).toHaveLength(1);
  });
});

test("a Windows without a driver database cannot tell its drivers", async () => {
  await rm(join(root, "Windows/System32/config/DRIVERS"));
  const { drivers, findings } = await image("drivers", ".");
  expect([drivers, findings]).toEqual([undefined, [expect.objectContaining({ code: "DRIVER_NO_DATABASE" })]]);
  const dism = await runForTest(groups, ["dism", `/Image:${root}`, "/Get-Drivers"], { cwd: root, env: {} });
  expect(dism.exitCode).toBe(50);
});

test("drivers are part of the page", async () => {
  await image("add-driver", ".", await makeTree(storage()));
  await image("report", ".", "-o", "report.html");
  const page = await readFile(join(root, "report.html"), "utf8");
  for (const text of ["Driver packages", "acmestor.inf", "Red Hat, Inc."]) expect(page).toContain(text);
});
