import { AdkError, check } from "./errors.ts";

/** A version as Windows writes it in files, packages and manifests: four numbers of 16 bits, `10.0.26100.1742`. */
export type WindowsVersion = readonly [major: number, minor: number, build: number, revision: number];

const MOST = 0xffff;

/** Reads one to four numbers; missing ones are 0. @throws AdkError `VERSION_INVALID` */
export function parseVersion(text: string): WindowsVersion {
  const parts = /^\d{1,5}(?:\.\d{1,5}){0,3}$/.test(text) ? text.split(".").map(Number) : [];
  check(parts.length > 0 && parts.every((part) => part <= MOST), () => {
    return new AdkError("VERSION_INVALID", "This is no version.", {
      expected: "10.0.26100.1742",
      found: text.slice(0, 80),
    });
  });
  const [major = 0, minor = 0, build = 0, revision = 0] = parts;
  return [major, minor, build, revision];
}

export function formatVersion(version: WindowsVersion): string {
  return version.join(".");
}

/** Negative if `a` is older, 0 if they are the same. */
export function compareVersions(a: WindowsVersion, b: WindowsVersion): number {
  for (let i = 0; i < 4; i++) {
    const difference = a[i]! - b[i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The INSTALLATION/INSTALLATIONTYPE of a WIM image and the InstallationType of the registry. */
export type InstallationType = "Client" | "Server" | "Server Core" | "Nano Server" | "WindowsPE" | (string & {});

export interface WindowsRelease {
  build: number;
  /** `Windows 11`, `Windows Server 2022`. */
  product: string;
  /** `24H2`, `SP1`; empty where the product has no releases of its own. */
  release: string;
}

/**
 * Builds of the releases of client and server. Sources: "Windows 11 release information", "Windows 10 release information"
 * and "Windows Server release information" (learn.microsoft.com); "Operating System Version" (Win32) for 6.1 to 6.3.
 */
const CLIENTS: readonly (readonly [number, string, string])[] = [
  [7600, "Windows 7", ""],
  [7601, "Windows 7", "SP1"],
  [9200, "Windows 8", ""],
  [9600, "Windows 8.1", ""],
  [10240, "Windows 10", "1507"],
  [10586, "Windows 10", "1511"],
  [14393, "Windows 10", "1607"],
  [15063, "Windows 10", "1703"],
  [16299, "Windows 10", "1709"],
  [17134, "Windows 10", "1803"],
  [17763, "Windows 10", "1809"],
  [18362, "Windows 10", "1903"],
  [18363, "Windows 10", "1909"],
  [19041, "Windows 10", "2004"],
  [19042, "Windows 10", "20H2"],
  [19043, "Windows 10", "21H1"],
  [19044, "Windows 10", "21H2"],
  [19045, "Windows 10", "22H2"],
  [22000, "Windows 11", "21H2"],
  [22621, "Windows 11", "22H2"],
  [22631, "Windows 11", "23H2"],
  [26100, "Windows 11", "24H2"],
  [26200, "Windows 11", "25H2"],
];

const SERVERS: readonly (readonly [number, string, string])[] = [
  [7600, "Windows Server 2008 R2", ""],
  [7601, "Windows Server 2008 R2", "SP1"],
  [9200, "Windows Server 2012", ""],
  [9600, "Windows Server 2012 R2", ""],
  [14393, "Windows Server 2016", ""],
  [16299, "Windows Server", "1709"],
  [17134, "Windows Server", "1803"],
  [17763, "Windows Server 2019", ""],
  [18362, "Windows Server", "1903"],
  [18363, "Windows Server", "1909"],
  [19041, "Windows Server", "2004"],
  [19042, "Windows Server", "20H2"],
  [20348, "Windows Server 2022", ""],
  [25398, "Windows Server", "23H2"],
  [26100, "Windows Server 2025", ""],
];

/** The release that a build number is; undefined for previews and builds that came later. */
export function findRelease(build: number, installationType: InstallationType = "Client"): WindowsRelease | undefined {
  const isServer = installationType.includes("Server");
  const found = (isServer ? SERVERS : CLIENTS).find(([number]) => number === build);
  return found && { build, product: found[1], release: found[2] };
}

/** A line for people: `Windows 11 24H2`, `Windows Server 2025 (Server Core)`, `Windows PE (Windows 11 24H2)`. */
export function describeBuild(build: number, installationType: InstallationType = "Client"): string {
  const release = findRelease(build, installationType);
  const name = release ? `${release.product} ${release.release}`.trimEnd() : `Windows build ${build}`;
  if (installationType === "WindowsPE") return `Windows PE (${name})`;
  if (installationType === "Server Core" || installationType === "Nano Server") return `${name} (${installationType})`;
  return name;
}
