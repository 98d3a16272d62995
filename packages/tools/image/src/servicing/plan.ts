import { finding } from "@adk/cli-kit/schemas";
import { AdkError, equalNames, Findings, suggest, type Volume } from "@adk/core";
import { openOfflineHives } from "@adk/registry";
import * as z from "zod";
import { readEdition } from "../windows/edition.ts";
import { readFeatures } from "../windows/features.ts";
import { requireHive } from "../windows/offline-windows.ts";
import { parsePackageIdentity } from "../windows/package-identity.ts";
import { readPackages } from "../windows/packages.ts";
import { type FirstStartStep, payloadPath } from "./first-start.ts";
import { isSamePackage, readUpdateFile } from "./update-file.ts";

export const PLANNED_ACTIONS = [
  "add-package",
  "remove-package",
  "enable-feature",
  "disable-feature",
  "add-capability",
  "cleanup",
] as const;
export type PlannedAction = (typeof PLANNED_ACTIONS)[number];

/** What it would take to do something that only Windows' own servicing stack can do. */
export const servicingPlan = z.object({
  source: z.string(),
  action: z.enum(PLANNED_ACTIONS),
  subject: z.string(),
  /** What is known of it: identity, state, payload. */
  facts: z.record(z.string(), z.string()),
  /** Whether it looks as if Windows would do it. */
  applicable: z.enum(["yes", "no", "unknown"]),
  reasons: z.array(z.string()),
  /** For SetupComplete.cmd, or any script that runs as administrator in the started image. */
  commands: z.array(z.string()),
  /** The same for an answer file that DISM or Setup applies, where there is such a thing. */
  unattend: z.string().optional(),
  /** Whether the step was put into the image. */
  staged: z.boolean(),
  findings: z.array(finding),
});
export type ServicingPlan = z.output<typeof servicingPlan>;

/** A plan, and the files of the host that its step needs. */
export interface PlannedStep {
  readonly plan: ServicingPlan;
  readonly step: FirstStartStep;
}

type Part = Pick<ServicingPlan, "facts" | "applicable" | "reasons" | "unattend"> & FirstStartStep;

/**
 * Says what an action would need, whether its payload is there, and which step of the first start does it. Nothing changes.
 *
 * @param subject a package file, or the name of a package, feature or capability; empty for `cleanup`
 * @throws AdkError `IMAGE_NO_FEATURE`, `IMAGE_NO_PACKAGE`, `PACKAGE_UNKNOWN`
 */
export async function planServicing(
  source: string,
  volume: Volume,
  action: PlannedAction,
  subject: string,
): Promise<PlannedStep> {
  const findings = new Findings();
  const part = await planPart(volume, action, subject);
  const { facts, applicable, reasons, unattend, commands, payloads } = part;
  const plan = {
    source,
    action,
    subject,
    facts,
    applicable,
    reasons,
    unattend,
    staged: false,
    findings: findings.list,
  };
  return { plan: { ...plan, commands: [...commands] }, step: { commands, payloads } };
}

async function planPart(volume: Volume, action: PlannedAction, subject: string): Promise<Part> {
  switch (action) {
    case "add-package":
      return addPackage(volume, subject);
    case "remove-package":
      return removePackage(volume, subject);
    case "enable-feature":
    case "disable-feature":
      return feature(volume, subject, action === "enable-feature");
    case "add-capability":
      return {
        facts: {},
        applicable: "unknown",
        reasons: ["Capabilities come from Windows Update or a source that the started Windows can reach."],
        commands: [dism(`/Add-Capability /CapabilityName:"${quotable(subject)}"`)],
        payloads: [],
      };
    case "cleanup":
      return {
        facts: {},
        applicable: "yes",
        reasons: [],
        commands: [dism("/Cleanup-Image /StartComponentCleanup")],
        payloads: [],
      };
  }
}

async function addPackage(volume: Volume, file: string): Promise<Part> {
  const update = await readUpdateFile(file);
  await using hives = await openOfflineHives(volume);
  const software = await requireHive(hives, "SOFTWARE");
  const { architecture } = readEdition(software);
  const reasons: string[] = [];
  const { identity } = update;
  const given = update.architecture?.toLowerCase();
  const fits =
    !given ||
    !architecture ||
    given === architecture ||
    (given === "x86" && architecture === "amd64") ||
    given === "neutral";
  if (!fits) reasons.push(`The package is for ${given}, the image is ${architecture}.`);
  const installed =
    identity === undefined
      ? undefined
      : (await readPackages(software, volume)).find((each) => isSamePackage(each.identity, identity));
  if (installed) reasons.push(`${installed.identity} is there already: ${installed.state}.`);
  if (update.needsPsf) reasons.push("Its data is stored as differences (PSF), which only Windows can apply.");
  if (identity === undefined) reasons.push("The package's identity lies deeper in the file.");
  return {
    facts: {
      File: update.file,
      Kind: update.kind,
      ...(identity && { Identity: identity }),
      ...(update.releaseType && { "Release type": update.releaseType }),
      ...(update.architecture && { Architecture: update.architecture }),
      Payload: `${update.files} files, ${update.bytes} bytes`,
    },
    applicable: !fits ? "no" : identity === undefined ? "unknown" : "yes",
    reasons,
    commands: [dism(`/Add-Package /PackagePath:"${payloadPath(quotable(file))}"`)],
    payloads: [file],
    unattend:
      identity === undefined
        ? undefined
        : packageElement("install", identity, `<source location="${escapeXml(update.file)}"/>`),
  };
}

async function removePackage(volume: Volume, identity: string): Promise<Part> {
  await using hives = await openOfflineHives(volume);
  const packages = await readPackages(await requireHive(hives, "SOFTWARE"), volume);
  const found = packages.find((each) => equalNames(each.identity, identity));
  if (!found)
    throw notThere(
      "IMAGE_NO_PACKAGE",
      "The image has no such package.",
      identity,
      packages.map((each) => each.identity),
    );
  return {
    facts: { Identity: found.identity, State: found.state },
    applicable: found.state === "Permanent" ? "no" : "yes",
    reasons: found.state === "Permanent" ? ["The package is permanent."] : [],
    commands: [dism(`/Remove-Package /PackageName:${found.identity}`)],
    payloads: [],
    unattend: packageElement("remove", found.identity, ""),
  };
}

async function feature(volume: Volume, name: string, enable: boolean): Promise<Part> {
  await using hives = await openOfflineHives(volume);
  const features = await readFeatures(await requireHive(hives, "SOFTWARE"), volume);
  const found = features.find((each) => equalNames(each.name, name));
  if (!found)
    throw notThere(
      "IMAGE_NO_FEATURE",
      "The image has no such feature.",
      name,
      features.map((each) => each.name),
    );
  const removed = found.state === "Disabled with Payload Removed";
  const there = found.state === (enable ? "Enabled" : "Disabled");
  const reasons = [
    ...(there ? [`It is ${found.state.toLowerCase()} already.`] : []),
    ...(removed && enable ? ["Its files are not in the component store: Windows needs a source for them."] : []),
  ];
  return {
    facts: { Feature: found.name, State: found.state, Package: found.package },
    applicable: removed && enable ? "unknown" : "yes",
    reasons,
    commands: [dism(`${enable ? "/Enable-Feature /All" : "/Disable-Feature"} /FeatureName:${found.name}`)],
    payloads: [],
    unattend: packageElement(
      "configure",
      found.package,
      `<selection name="${escapeXml(found.name)}" state="${enable}"/>`,
    ),
  };
}

function dism(command: string): string {
  return `dism.exe /Online /English /NoRestart /Quiet ${command}`;
}

/** What cannot end a quoted word of cmd.exe, or be taken for a variable. */
function quotable(text: string): string {
  if (!/["%\r\n]/.test(text)) return text;
  throw new AdkError("PLAN_BAD_NAME", "The name cannot stand in a script.", { kind: "usage", found: text });
}

function packageElement(action: string, identity: string, inner: string): string | undefined {
  const parts = parsePackageIdentity(identity);
  if (!parts) return undefined;
  const { name, version, architecture, publicKeyToken, language } = parts;
  const attributes = {
    name,
    version,
    processorArchitecture: architecture,
    publicKeyToken,
    language: language || "neutral",
  };
  const text = Object.entries(attributes).map(([key, value]) => `${key}="${escapeXml(value)}"`);
  return `<servicing><package action="${action}"><assemblyIdentity ${text.join(" ")}/>${inner}</package></servicing>`;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

function notThere(code: string, message: string, found: string, known: readonly string[]): AdkError {
  const near = suggest(found, known);
  return new AdkError(code, message, { kind: "usage", found, hint: near ? `Did you mean "${near}"?` : undefined });
}
