import type { ProvisionedAppx } from "../windows/appx.ts";
import type { WindowsCapability } from "../windows/capabilities.ts";
import type { WindowsFeature } from "../windows/features.ts";
import type { WindowsLanguages } from "../windows/languages.ts";
import type { ServicingPackage } from "../windows/packages.ts";
import type { ServicingHealth } from "../windows/pending.ts";

/** How `/Format` wants lists. */
export type ListFormat = "list" | "table";

type Row = readonly (readonly [label: string, value: string])[];

export function renderPackages(packages: readonly ServicingPackage[], format: ListFormat): string {
  return `Packages listing:\n\n${renderRows(packages.map(packageRow), format)}`;
}

export function renderPackageInfo(each: ServicingPackage): string {
  return `Package information:\n\n${renderRows([packageRow(each)], "list")}`;
}

/** Features stand below the package that offers them. */
export function renderFeatures(features: readonly WindowsFeature[], format: ListFormat): string {
  const packages = [...new Set(features.map((feature) => feature.package))];
  return packages
    .map((name) => {
      const rows = features.filter((feature) => feature.package === name).map(featureRow);
      return `Features listing for package : ${name}\n\n${renderRows(rows, format)}`;
    })
    .join("");
}

export function renderFeatureInfo(feature: WindowsFeature): string {
  const more = [["Display Name", feature.displayName ?? ""]] as const;
  const [name, state] = featureRow(feature);
  return `Feature Information:\n\n${renderRows([[name, ...more, state].filter((each) => each !== undefined)], "list")}`;
}

export function renderCapabilities(capabilities: readonly WindowsCapability[], format: ListFormat): string {
  const rows = capabilities.map(
    ({ name, state }): Row => [
      ["Capability Identity", name],
      ["State", state],
    ],
  );
  return `Capability listing:\n\n${renderRows(rows, format)}`;
}

export function renderAppx(packages: readonly ProvisionedAppx[], format: ListFormat): string {
  const rows = packages.map(
    (each): Row => [
      ["DisplayName", each.displayName],
      ["Version", each.version ?? ""],
      ["Architecture", each.architecture ?? ""],
      ["ResourceId", each.resourceId ?? ""],
      ["PackageName", each.packageName],
    ],
  );
  return renderRows(rows, format);
}

export function renderEdition(edition: string): string {
  return `Current edition is:\n\nCurrent Edition : ${edition}\n\n`;
}

export function renderTargetEditions(editions: readonly string[]): string {
  const lines = editions.map((edition) => `Target Edition : ${edition}\n`).join("");
  return `Editions that can be upgraded to:\n\n${lines}\n`;
}

export function renderIntl({ installed, defaultUiLanguage, systemLocale, timeZone }: WindowsLanguages): string {
  const facts: Row = [
    ["Default system UI language", defaultUiLanguage ?? ""],
    ["System locale", systemLocale ?? ""],
    ["Default time zone", timeZone ?? ""],
  ];
  const languages = installed.map((language) => `Installed language(s): ${language}\n`).join("");
  return `Reporting offline international settings.\n\n${renderRows([facts], "list")}${languages}\n`;
}

export function renderHealth({ componentStore: { corrupt, unserviceable } }: ServicingHealth): string {
  if (unserviceable) return "The component store cannot be repaired.\n";
  return corrupt ? "The component store is repairable.\n" : "No component store corruption detected.\n";
}

/** In a table every value stands under its label; in a list every row is a paragraph. */
export function renderRows(rows: readonly Row[], format: ListFormat): string {
  const [first] = rows;
  if (format === "list" || !first) {
    return rows.map((row) => `${row.map(([label, value]) => `${label} : ${value}\n`).join("")}\n`).join("");
  }
  const widths = first.map(([label], i) => Math.max(label.length, ...rows.map((row) => row[i]?.[1].length ?? 0)));
  const line = (cells: readonly string[]) => `${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")}\n`;
  const rule = `${widths.map((width) => "-".repeat(width)).join(" | ")}\n`;
  const body = rows.map((row) => line(row.map(([, value]) => value)));
  return `\n${rule}${line(first.map(([label]) => label))}${rule}${body.join("")}\n`;
}

function packageRow(each: ServicingPackage): Row {
  return [
    ["Package Identity", each.identity],
    ["State", each.state],
    ["Release Type", each.releaseType ?? ""],
    ["Install Time", each.installed === undefined ? "" : formatInstallTime(each.installed)],
  ];
}

function featureRow({ name, state }: WindowsFeature): Row {
  return [
    ["Feature Name", name],
    ["State", state],
  ];
}

/** `4/29/2017 6:26 PM`, in UTC: DISM's form in the United States. */
function formatInstallTime(iso: string): string {
  const [, year = "", month = "", day = "", hour = "", minute = ""] =
    /^(\d+)-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(iso) ?? [];
  const hours = Number(hour);
  return `${Number(month)}/${Number(day)}/${year} ${hours % 12 || 12}:${minute} ${hours < 12 ? "AM" : "PM"}`;
}
