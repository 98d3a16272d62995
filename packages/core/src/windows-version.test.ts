import { expect, test } from "vitest";
import { compareVersions, describeBuild, findRelease, formatVersion, parseVersion } from "./windows-version.ts";

test("versions", () => {
  expect(parseVersion("10.0.26100.1742")).toEqual([10, 0, 26100, 1742]);
  expect(formatVersion(parseVersion("6.1"))).toBe("6.1.0.0");
  for (const bad of ["", "1.", "1.2.3.4.5", "1.65536", "a", "-1", "1..2", " 1"]) {
    expect(() => parseVersion(bad), bad).toThrow(expect.objectContaining({ code: "VERSION_INVALID" }));
  }
  const versions = ["10.0.9", "10.0.10", "6.3.9600.17031", "6.3.9600.2"].map(parseVersion);
  expect(versions.sort(compareVersions).map(formatVersion)).toEqual([
    "6.3.9600.2",
    "6.3.9600.17031",
    "10.0.9.0",
    "10.0.10.0",
  ]);
});

test("builds of client and server", () => {
  expect(findRelease(26100)).toEqual({ build: 26100, product: "Windows 11", release: "24H2" });
  expect(findRelease(26100, "Server")?.product).toBe("Windows Server 2025");
  expect(findRelease(20348)).toBeUndefined();
  expect([
    describeBuild(7601),
    describeBuild(7601, "Server"),
    describeBuild(17763, "Server Core"),
    describeBuild(9600, "Client"),
    describeBuild(19041, "WindowsPE"),
    describeBuild(26200),
    describeBuild(12345),
    describeBuild(12345, "Nano Server"),
  ]).toEqual([
    "Windows 7 SP1",
    "Windows Server 2008 R2 SP1",
    "Windows Server 2019 (Server Core)",
    "Windows 8.1",
    "Windows PE (Windows 10 2004)",
    "Windows 11 25H2",
    "Windows build 12345",
    "Windows build 12345 (Nano Server)",
  ]);
});
