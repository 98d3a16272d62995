import type { WindowsVersion } from "@adk/core";

// TargetOSVersion decorations, `NTamd64.10.0...16299` ("INF Manufacturer Section", learn.microsoft.com).

export type InfArchitecture = "x86" | "amd64" | "ia64" | "arm" | "arm64";

/** The Windows that something is chosen for. */
export interface InfTarget {
  readonly architecture: InfArchitecture;
  readonly version: WindowsVersion;
  /** 1 workstation, 2 domain controller, 3 server. Default 1. */
  readonly productType?: number | undefined;
  /** Bits VER_SUITE_*. Default 0. */
  readonly suiteMask?: number | undefined;
}

/** What a decoration asks for; a part that it leaves out fits all. */
export interface TargetOsVersion {
  readonly architecture: InfArchitecture | undefined;
  readonly major: number;
  readonly minor: number;
  readonly productType: number | undefined;
  readonly suiteMask: number | undefined;
  readonly build: number;
}

/** Windows that know of build numbers in decorations. */
const FIRST_BUILD_WITH_BUILDS = 14_310;

const DECORATION = /^nt(x86|amd64|ia64|arm64|arm)?(?:\.(.*))?$/i;

/** Reads a decoration without its leading dot; undefined for what is none. */
export function parseTargetOsVersion(text: string): TargetOsVersion | undefined {
  const [matched, architecture, rest = ""] = DECORATION.exec(text.trim()) ?? [];
  const fields = rest.split(".").map((field) => field.trim());
  if (matched === undefined || fields.length > 5) return undefined;
  if (!fields.every((field) => /^(?:0x[\da-f]{1,8}|\d{1,9})?$/i.test(field))) return undefined;
  const [major, minor, productType, suiteMask, build] = fields.map((field) => (field ? Number(field) : undefined));
  return {
    architecture: architecture?.toLowerCase() as InfArchitecture | undefined,
    major: major ?? 0,
    minor: minor ?? 0,
    productType,
    suiteMask,
    build: build ?? 0,
  };
}

/** Whether what is decorated so is for a Windows. The version is the least one that is asked for. */
export function fitsTarget(decoration: TargetOsVersion, target: InfTarget): boolean {
  const { architecture, major, minor, productType, suiteMask, build } = decoration;
  const [targetMajor, targetMinor, targetBuild] = target.version;
  if (architecture !== undefined && architecture !== target.architecture) return false;
  if (build > 0 && targetBuild < FIRST_BUILD_WITH_BUILDS) return false;
  if (productType !== undefined && productType !== (target.productType ?? 1)) return false;
  if (suiteMask !== undefined && (suiteMask & (target.suiteMask ?? 0)) !== suiteMask) return false;
  if (major !== targetMajor) return major < targetMajor;
  if (minor !== targetMinor) return minor < targetMinor;
  return build <= targetBuild;
}

/**
 * The decoration that Windows prefers of two that fit comes first: the higher version, then the one that names product type
 * and suite, then the one that names the architecture.
 */
export function compareTargets(a: TargetOsVersion, b: TargetOsVersion): number {
  return (
    b.major - a.major ||
    b.minor - a.minor ||
    b.build - a.build ||
    asked(b.productType) - asked(a.productType) ||
    asked(b.suiteMask) - asked(a.suiteMask) ||
    asked(b.architecture) - asked(a.architecture)
  );
}

function asked(part: number | string | undefined): number {
  return part === undefined ? 0 : 1;
}
