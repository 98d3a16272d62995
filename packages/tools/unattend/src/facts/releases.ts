import { AdkError, suggest } from "@adk/core";

/** A release of Windows that an answer file can be meant for. */
export interface Release {
  /** `win11-24h2`, `server2022`. */
  readonly id: string;
  readonly title: string;
  readonly build: number;
  readonly server: boolean;
}

/** Oldest first. Builds as in the release information pages (learn.microsoft.com). */
const TABLE = [
  ["vista", "Windows Vista", 6002, false],
  ["server2008", "Windows Server 2008", 6002, true],
  ["win7", "Windows 7", 7601, false],
  ["server2008r2", "Windows Server 2008 R2", 7601, true],
  ["win8", "Windows 8", 9200, false],
  ["server2012", "Windows Server 2012", 9200, true],
  ["win81", "Windows 8.1", 9600, false],
  ["server2012r2", "Windows Server 2012 R2", 9600, true],
  ["win10-1507", "Windows 10 1507", 10240, false],
  ["win10-1511", "Windows 10 1511", 10586, false],
  ["win10-1607", "Windows 10 1607", 14393, false],
  ["server2016", "Windows Server 2016", 14393, true],
  ["win10-1703", "Windows 10 1703", 15063, false],
  ["win10-1709", "Windows 10 1709", 16299, false],
  ["win10-1803", "Windows 10 1803", 17134, false],
  ["win10-1809", "Windows 10 1809", 17763, false],
  ["server2019", "Windows Server 2019", 17763, true],
  ["win10-1903", "Windows 10 1903", 18362, false],
  ["win10-1909", "Windows 10 1909", 18363, false],
  ["win10-2004", "Windows 10 2004", 19041, false],
  ["win10-20h2", "Windows 10 20H2", 19042, false],
  ["win10-21h1", "Windows 10 21H1", 19043, false],
  ["win10-21h2", "Windows 10 21H2", 19044, false],
  ["win10-22h2", "Windows 10 22H2", 19045, false],
  ["server2022", "Windows Server 2022", 20348, true],
  ["win11-21h2", "Windows 11 21H2", 22000, false],
  ["win11-22h2", "Windows 11 22H2", 22621, false],
  ["win11-23h2", "Windows 11 23H2", 22631, false],
  ["win11-24h2", "Windows 11 24H2", 26100, false],
  ["server2025", "Windows Server 2025", 26100, true],
  ["win11-25h2", "Windows 11 25H2", 26200, false],
] as const;

export type ReleaseId = (typeof TABLE)[number][0];

export const RELEASES: readonly (Release & { readonly id: ReleaseId })[] = TABLE.map(([id, title, build, server]) => ({
  id,
  title,
  build,
  server,
}));

/** Names of a product alone mean its newest release. */
const NEWEST: Readonly<Record<string, ReleaseId>> = { "10": "win10-22h2", "11": "win11-25h2" };

export function releaseOf(id: ReleaseId): Release {
  return RELEASES.find((release) => release.id === id)!;
}

/**
 * Reads `win11-24h2`, `win11`, `Windows 11 24H2`, `server2022`, `Windows Server 2022`.
 *
 * @throws AdkError `UNATTEND_UNKNOWN_TARGET` (kind usage)
 */
export function parseRelease(text: string): Release {
  const id = plain(text);
  const found = RELEASES.find((release) => plain(release.id) === plain(NEWEST[id] ?? id));
  if (found) return found;
  const known = [...RELEASES.map((release) => release.id), "win10", "win11"];
  const nearest = suggest(text.trim(), known);
  throw new AdkError("UNATTEND_UNKNOWN_TARGET", "This is no release of Windows that is known here.", {
    kind: "usage",
    found: text.slice(0, 80),
    hint: nearest === undefined ? `Known are ${known.join(", ")}.` : `Did you mean ${nearest}?`,
  });
}

/** `Windows 11 24H2` and `win11-24h2` alike. */
function plain(name: string): string {
  return name.toLowerCase().replace(/windows|win|[\s.-]/g, "");
}
