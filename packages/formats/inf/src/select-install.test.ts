import { describe, expect, test } from "vitest";
import { type InfTarget, parseInf, type SelectedDevice, selectInstall } from "./index.ts";
import { compareTargets, fitsTarget, parseTargetOsVersion } from "./target-os.ts";
import { bytesOf, COMMON_INF, NETWORK_INF, STORAGE_INF } from "./testing/samples.ts";

const WINDOWS_11: InfTarget = { architecture: "amd64", version: [10, 0, 22_631, 0] };

describe("decorations", () => {
  test.each([
    ["NTamd64", { architecture: "amd64", major: 0, build: 0 }],
    ["nt", { architecture: undefined }],
    ["NTx86.5.1", { architecture: "x86", major: 5, minor: 1 }],
    ["NTarm64.10.0...16299", { architecture: "arm64", major: 10, minor: 0, productType: undefined, build: 16_299 }],
    ["NT.6.0.3.0x80", { major: 6, minor: 0, productType: 3, suiteMask: 0x80 }],
    ["NTarm", { architecture: "arm" }],
  ])("%s", (text, expected) => {
    expect(parseTargetOsVersion(text)).toMatchObject(expected);
  });

  test.each(["", "x", "amd64", "NTmips", "NTamd64.a", "NT.1.2.3.4.5.6", "NTamd64.10.0.-1"])("%s is none", (text) => {
    expect(parseTargetOsVersion(text)).toBeUndefined();
  });

  test.each<[text: string, target: InfTarget, fits: boolean]>([
    ["NTamd64", WINDOWS_11, true],
    ["NTx86", WINDOWS_11, false],
    ["NT", WINDOWS_11, true],
    ["NTamd64.6.3", WINDOWS_11, true],
    ["NTamd64.6.3", { architecture: "amd64", version: [6, 1, 7601, 0] }, false],
    ["NTamd64.10.0...22000", WINDOWS_11, true],
    ["NTamd64.10.0...22632", WINDOWS_11, false],
    ["NTamd64.6.1...20000", WINDOWS_11, true],
    ["NTamd64.....1", { architecture: "amd64", version: [10, 0, 10_240, 0] }, false],
    ["NTamd64.10.0.1", WINDOWS_11, true],
    ["NTamd64.10.0.3", WINDOWS_11, false],
    ["NTamd64.10.0.3", { ...WINDOWS_11, productType: 3 }, true],
    ["NTamd64...0x80", WINDOWS_11, false],
    ["NTamd64....0x80", { ...WINDOWS_11, suiteMask: 0x180 }, true],
  ])("%s for %o: %s", (text, target, fits) => {
    expect(fitsTarget(parseTargetOsVersion(text)!, target)).toBe(fits);
  });

  test("the one that Windows prefers comes first", () => {
    const texts = [
      "NT",
      "NTamd64",
      "NTamd64.6.1",
      "NT.10.0",
      "NTamd64.10.0",
      "NTamd64.10.0.3",
      "NTamd64.10.0.3.1",
      "NTamd64.10.0...17763",
    ];
    const sorted = texts.toSorted((a, b) => compareTargets(parseTargetOsVersion(a)!, parseTargetOsVersion(b)!));
    expect(sorted).toEqual(texts.toReversed());
  });
});

describe("a storage driver", () => {
  test("for amd64", () => {
    const inf = parseInf(bytesOf(STORAGE_INF), { name: "acmestor.inf" });
    const { manufacturers, sections } = selectInstall(inf, WINDOWS_11);
    const [{ manufacturer, models, devices }] = manufacturers as [(typeof manufacturers)[number]];
    expect([manufacturer.name, manufacturer.token, models]).toEqual(["Acme, Inc.", "%VENDOR%", "AcmeStor.NTamd64"]);
    expect(devices).toMatchObject([
      {
        description: "Acme storage controller",
        token: "%AcmeStor.DeviceDesc%",
        hardwareId: "PCI\\VEN_1AF4&DEV_1001&SUBSYS_00021AF4&REV_00",
        compatibleIds: ["PCI\\VEN_1AF4&DEV_1001"],
      },
      { hardwareId: "PCI\\VEN_1AF4&DEV_1042&SUBSYS_11001AF4&REV_01" },
    ]);
    expect(sections).toHaveLength(1);
    expect(sections[0]).toMatchObject({
      name: "scsi_inst",
      featureScore: 0xff,
      copyFiles: [{ source: "acmestor.sys", directory: 12, subdirectory: "", name: "acmestor.sys", flags: 2 }],
      services: [
        {
          name: "acmestor",
          flags: 2,
          type: 1,
          start: 0,
          errorControl: 1,
          binary: "%12%\\acmestor.sys",
          loadOrderGroup: "SCSI miniport",
          displayName: undefined,
          eventLog: { type: "System", name: "acmestor" },
        },
      ],
    });
    const [service] = sections[0]!.services;
    expect(service!.registry.map(({ root, key, name, type, data }) => [root, key, name, type, [...data]])).toEqual([
      ["HKR", "Parameters\\PnpInterface", "5", 4, [1, 0, 0, 0]],
      ["HKR", "Parameters", "BusType", 4, [1, 0, 0, 0]],
    ]);
    const [message] = service!.eventLog!.registry;
    expect([message!.type, Buffer.from(message!.data).toString("utf16le")]).toEqual([
      2,
      "%SystemRoot%\\System32\\IoLogMsg.dll\0",
    ]);
    expect(sections[0]!.hardwareRegistry.map(({ action, key, name }) => [action, key, name])[3]).toEqual([
      "set",
      "Interrupt Management\\MessageSignaledInterruptProperties",
      "MessageNumberLimit",
    ]);
    expect(inf.findings.list).toEqual([]);
  });

  test.each<[InfTarget, string | undefined, number]>([
    [{ architecture: "arm64", version: [10, 0, 22_631, 0] }, "AcmeStor.NTarm64.10.0...16299", 1],
    [{ architecture: "arm64", version: [10, 0, 15_063, 0] }, undefined, 0],
    [{ architecture: "x86", version: [10, 0, 19_045, 0] }, "AcmeStor", 0],
  ])("for %o", (target, models, devices) => {
    const { manufacturers } = selectInstall(parseInf(bytesOf(STORAGE_INF)), target);
    expect(manufacturers[0]).toMatchObject({ models, devices: { length: devices } });
  });
});

describe("a network driver", () => {
  const inf = parseInf(bytesOf(NETWORK_INF), { name: "acmenet.inf" });
  const common = parseInf(bytesOf(COMMON_INF), { name: "netcommon.inf" });
  const findInf = (name: string) => (name.toLowerCase() === "netcommon.inf" ? common : undefined);
  const { manufacturers, sections } = selectInstall(inf, WINDOWS_11, { findInf });
  const [section] = sections;

  test.each<[InfTarget, string]>([
    [WINDOWS_11, "Acme.NTamd64.10.0...17763"],
    [{ architecture: "amd64", version: [10, 0, 15_063, 0] }, "Acme.NTamd64.10.0"],
    [{ architecture: "amd64", version: [10, 0, 14_393, 0], productType: 3 }, "Acme.NTamd64.10.0.3"],
    [{ architecture: "amd64", version: [6, 3, 9600, 0] }, "Acme.NTamd64.6.1"],
    [{ architecture: "amd64", version: [6, 0, 6002, 0] }, "Acme.NTamd64"],
    [{ architecture: "x86", version: [10, 0, 19_045, 0] }, "Acme.NTx86"],
  ])("models for %o: %s", (target, models) => {
    expect(selectInstall(inf, target, { findInf }).manufacturers[0]?.models).toBe(models);
  });

  test("devices", () => {
    const devices = manufacturers[0]?.devices as SelectedDevice[];
    expect(devices.map(({ hardwareId, compatibleIds }) => [hardwareId, ...compatibleIds])).toEqual([
      ["PCI\\VEN_10EC&DEV_8168"],
      ["PCI\\VEN_10EC&DEV_8125", "PCI\\VEN_10EC"],
    ]);
    expect(section).toMatchObject({ name: "nic.ndi.NTamd64", featureScore: 0xf9, deletedServices: ["oldnet"] });
  });

  test("files, each with the place in its own package and directory", () => {
    const files = section!.copyFiles.map(({ source, directory, subdirectory, name, flags, inf }) => {
      return [source, directory, subdirectory, name, flags, inf.name];
    });
    expect(files).toEqual([
      ["x64\\bin\\acmenet64.sys", 12, "", "acmenet.sys", 0x4002, "acmenet.inf"],
      ["x64\\acme.dll", 11, "Acme", "acme.dll", 0, "acmenet.inf"],
      ["x64\\acmecfg.exe", 13, "", "acmecfg.exe", 0, "acmenet.inf"],
      ["common.sys", 12, "", "common.sys", 0, "netcommon.inf"],
    ]);
  });

  test("registry", () => {
    const text = (data: Uint8Array) => Buffer.from(data).toString("utf16le");
    const changes = section!.registry.map(({ action, root, key, name, type, data, onlyIf }) => {
      const shown = type === 1 || type === 2 || type === 7 ? text(data) : [...data];
      return [action, root, key, name, type, shown, onlyIf];
    });
    expect(changes).toEqual([
      ["set", "HKR", "Ndi", "Service", 1, 'acme"net\0', undefined],
      ["set", "HKR", "Ndi\\Params", "list", 7, "one\0two, three\0four\0\0", undefined],
      ["set", "HKR", "", "bytes", 3, [10, 255, 1, 16, 32], undefined],
      ["set", "HKR", "", "big", 11, [5, 0, 0, 0, 0, 0, 0, 0], undefined],
      ["set", "HKR", "", "four", 4, [1, 2, 3, 4], undefined],
      ["set", "HKR", "", "odd", 18, [1], undefined],
      ["set", "HKLM", "SOFTWARE\\Acme", "keep", 1, "kept\0", "absent"],
      ["append", "HKLM", "SOFTWARE\\Acme", "more", 7, "added\0\0", undefined],
      ["delete-value", "HKLM", "SOFTWARE\\Acme", "gone", 1, "", undefined],
      ["delete-key", "HKLM", "SOFTWARE\\Acme\\Gone", "", 1, "", undefined],
      ["set", "HKLM", "SOFTWARE\\Acme", "sixtyfour", 1, "x\0", undefined],
      ["delete-value", "HKR", "", "oldvalue", 7, "", undefined],
      ["delete-key", "HKLM", "SOFTWARE\\OldAcme", "", 7, "", undefined],
      ["remove-strings", "HKR", "", "list", 7, "two\0\0", undefined],
      ["set", "HKR", "", "Common", 1, "from the other file\0", undefined],
      ["set", "HKR", "more", "", 1, "\0", undefined],
    ]);
    expect(section!.registry.find(({ name }) => name === "sixtyfour")?.view).toBe(64);
    expect(inf.findings.list.map(({ code }) => code)).toContain("INF_BAD_REGISTRY_LINE");
  });

  test("services", () => {
    expect(section!.services).toMatchObject([
      {
        name: "acmenet",
        flags: 2,
        displayName: { text: "Acme adapter service", token: "%Nic.Service%" },
        dependencies: ["NDIS", "+TDI"],
        start: 3,
      },
      {
        name: "acmesvc",
        flags: 0x108,
        description: { text: "Does, what services do" },
        type: 0x10,
        start: 2,
        startName: "LocalSystem",
        security: "D:(A;;GA;;;SY)",
        sidType: 1,
        delayedAutoStart: true,
        registry: [{ key: "Parameters", name: "Path" }],
      },
    ]);
  });

  test("parts that are only named", () => {
    expect([...section!.parts].map(([part, directives]) => [part, directives[0]?.values[0]])).toEqual([
      ["INTERFACES", "{cac88484-7515-4c03-82e6-71a87abac361}"],
      ["WDF", "acmenet"],
    ]);
  });

  test("lists are found in what is included too", () => {
    const text = `[Manufacturer]\n"M" = M, NTamd64\n[M.NTamd64]\n"a" = a, X\n[a]\nInclude = netcommon.inf\nCopyFiles = common.files\nAddReg = common.reg`;
    const user = parseInf(bytesOf(text));
    const [own] = selectInstall(user, WINDOWS_11, { findInf }).sections;
    expect(own!.copyFiles).toMatchObject([{ source: "common.sys", directory: 12, inf: { name: "netcommon.inf" } }]);
    expect(own!.registry).toMatchObject([{ name: "Common" }]);
    expect(user.findings.list).toEqual([]);
    selectInstall(user, WINDOWS_11);
    expect(user.findings.list).toMatchObject([{ severity: "warning" }, { severity: "warning" }]);
  });

  test("what is included and not there is told", () => {
    const { sections: alone } = selectInstall(inf, WINDOWS_11);
    expect(alone[0]).toMatchObject({ missingIncludes: ["netcommon.inf"], missingNeeds: ["common.ndi"] });
    expect(section).toMatchObject({ missingIncludes: [], missingNeeds: [] });
  });
});

test("what is missing is found, with its place", () => {
  const text = `[Manufacturer]
%m% = M, NTamd64, NTbad
[M.NTamd64]
"a" = none, X\\1
x
"b" = b, X\\2
[b]
CopyFiles = nowhere, list
AddReg = nowhere
[list]
a.sys
[b.Services]
AddService = s, 2, nowhere
[Strings]
m = M`;
  const inf = parseInf(bytesOf(text), { name: "x.inf" });
  selectInstall(inf, WINDOWS_11);
  expect(inf.findings.list.map(({ code, where }) => `${code} ${where?.file?.slice(6)}`)).toEqual([
    "INF_BAD_DECORATION 2:19",
    "INF_BAD_MODEL 5:1",
    "INF_NO_SUCH_SECTION 4:1",
    "INF_NO_SUCH_SECTION 8:1",
    "INF_BAD_DIRECTORY 8:1",
    "INF_NO_SOURCE 11:1",
    "INF_NO_SUCH_SECTION 9:1",
    "INF_NO_SUCH_SECTION 13:1",
  ]);
});

test("lists that are named again and again are bounded", () => {
  const many = (text: string) => Array.from({ length: 3000 }, () => text);
  const inf = parseInf(
    bytesOf(
      `[Manufacturer]\n"M" = M\n[M]\n"a" = a, X\n[a]\nAddReg = ${many("r").join()}\n[r]\n${many("HKR,,a,,b").join("\n")}`,
    ),
    {
      limits: { entries: 100_000 },
    },
  );
  expect(() => selectInstall(inf, { architecture: "x86", version: [5, 1, 2600, 0] })).toThrow(
    expect.objectContaining({ code: "LIMIT_EXCEEDED" }),
  );
});
