import { expect, test } from "vitest";
import { COMPLETE } from "../testing/answer-files.ts";
import { AnswerFile } from "./answer-file.ts";
import { findSettings, getValue, parseSettingPath, pathOf } from "./setting-path.ts";
import { walkLeaves } from "./setting-values.ts";

const file = AnswerFile.fromText(COMPLETE);
const DISK = "windowsPE/Microsoft-Windows-Setup/DiskConfiguration/Disk[0]";

test.each([
  ["specialize/Microsoft-Windows-Shell-Setup/TimeZone", "UTC"],
  ["SPECIALIZE/microsoft-windows-shell-setup@AMD64/timezone", "UTC"],
  [`${DISK}/CreatePartitions/CreatePartition[2]/Type`, "MSR"],
  [`${DISK}/CreatePartitions/CreatePartition[#3]/Type`, "Primary"],
  [`${DISK}/CreatePartitions/CreatePartition[Type=EFI]/Size`, "260"],
  ["oobeSystem/Microsoft-Windows-Shell-Setup/UserAccounts/LocalAccounts/LocalAccount[Ann]/Group", "Administrators"],
  ['windowsPE/Microsoft-Windows-Setup/ImageInstall/OSImage/InstallFrom/MetaData["/IMAGE/INDEX"]/Value', "1"],
  ["windowsPE/Microsoft-Windows-Setup/ImageInstall/OSImage/InstallFrom/MetaData[/IMAGE/INDEX]/Value", "1"],
  ["specialize/Microsoft-Windows-Shell-Setup/Absent", undefined],
  ["specialize/Microsoft-Windows-Shell-Setup@x86/TimeZone", undefined],
])("%s", (path, value) => expect(getValue(file, path)).toBe(value));

test.each(["", "specialize", "a/b/c[", "a/b//c", "a/b/]", "a[1]/b/c"])("no path: %j", (path) => {
  expect(() => parseSettingPath(path)).toThrow(expect.objectContaining({ code: "UNATTEND_BAD_PATH" }));
});

test("the path of each value finds it again", () => {
  for (const { pass, component, path, element } of walkLeaves(file)) {
    const full = `${pass}/${component}/${path}`;
    expect(pathOf(file, element)).toBe(full);
    expect(findSettings(file, full)).toEqual([element]);
  }
});
