import { expect, test } from "vitest";
import { builtinCatalog } from "./builtin.ts";
import { findSetting, walkSettings } from "./catalog.ts";

const catalog = builtinCatalog();

test("90 components with 1,188 settings", () => {
  const settings = catalog.components.flatMap((component) => [...walkSettings(component.settings)]);
  expect([catalog.components.length, settings.length]).toEqual([90, 1188]);
  expect(settings.every(({ passes }) => passes.length > 0)).toBe(true);
});

test("names are found in any letter case, and told in the right one", () => {
  expect(catalog.component("MICROSOFT-WINDOWS-SHELL-SETUP")?.name).toBe("Microsoft-Windows-Shell-Setup");
  expect(findSetting(catalog, "microsoft-windows-shell-setup", "oobe/protectyourpc")).toMatchObject({
    name: "ProtectYourPC",
    path: "OOBE/ProtectYourPC",
    type: "int32",
    min: 1,
    max: 3,
    passes: ["oobeSystem"],
    documentation:
      "https://learn.microsoft.com/windows-hardware/customize/desktop/unattend/microsoft-windows-shell-setup-oobe-protectyourpc",
  });
  expect(findSetting(catalog, "Microsoft-Windows-Shell-Setup", "OOBE/None")).toBeUndefined();
  expect(findSetting(catalog, "None", "OOBE")).toBeUndefined();
});

test("lists have keys, lists of plain values no settings", () => {
  const disk = findSetting(catalog, "Microsoft-Windows-Setup", "DiskConfiguration/Disk");
  expect(disk).toMatchObject({ kind: "list", key: "DiskID" });
  const address = findSetting(catalog, "Microsoft-Windows-TCPIP", "Interfaces/Interface/UnicastIpAddresses/IpAddress");
  expect(address).toMatchObject({ kind: "list", key: "@keyValue", type: "string", settings: [] });
});

test("who says what", () => {
  expect(findSetting(catalog, "Microsoft-Windows-Shell-Setup", "OOBE/HideOnlineAccountScreens")?.since).toBe("win8");
  expect(findSetting(catalog, "Microsoft-Windows-Shell-Setup", "OOBE/SkipMachineOOBE")?.deprecated).toBe("image");
  expect(findSetting(catalog, "Microsoft-Windows-DNS-Client", "DNSDomain")?.documentedPasses).toEqual(["specialize"]);
  expect(catalog.component("Microsoft-Windows-Authentication-AuthUI")).toMatchObject({
    source: "documents",
    settings: [],
  });
});
