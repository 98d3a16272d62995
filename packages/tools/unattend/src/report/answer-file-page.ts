import type { Finding } from "@adk/core";
import {
  findingsList,
  formatNumber,
  type Html,
  html,
  keyFigures,
  page,
  type Section,
  section,
  table,
} from "@adk/report";
import { RUN_ORDER } from "../catalog/passes.ts";
import { simulateDisks } from "../disk/simulate.ts";
import type { AnswerFile } from "../document/answer-file.ts";
import { walkLeaves } from "../document/setting-values.ts";
import { maskCommand } from "../explain/commands.ts";
import { timelineOf } from "../explain/timeline.ts";
import { meaningOf } from "../facts/meanings.ts";
import { findSecrets } from "../passwords/audit-secrets.ts";
import type { Verdict } from "../validate/verdict.ts";
import { diskPicture } from "./disk-picture.ts";

export interface PageInput {
  readonly file: AnswerFile;
  readonly verdict: Verdict;
  /** The Windows that it was checked for. */
  readonly target?: string | undefined;
  /** The program that made the page, with its version. */
  readonly generator: string;
}

/** An answer file as a page for review: what it sets, what will happen, the disks, what is wrong. Secrets are masked. */
export function answerFilePage({ file, verdict, target, generator }: PageInput): string {
  const sections = [overview(file, verdict), section("Findings", findingsList(verdict.findings.map(toFinding)))];
  sections.push(timelineSection(file));
  const disks = simulateDisks(file).disks;
  if (disks.length > 0) sections.push(section("Disks", ...disks.map(diskPicture)));
  sections.push(settingsSection(file));
  const secrets = secretsSection(file);
  if (secrets) sections.push(secrets);
  return page({
    title: file.file?.split(/[\\/]/).at(-1) ?? "Answer file",
    subtitle:
      target === undefined ? "Answer file for Windows Setup" : `Answer file for Windows Setup, checked for ${target}`,
    generator,
    sections,
  });
}

function overview(file: AnswerFile, { findings }: Verdict): Section {
  const count = (severity: string) => findings.filter((finding) => finding.severity === severity).length;
  const passes = file.settings.map(({ pass }) => pass);
  return section(
    "Overview",
    keyFigures([
      { label: "Passes", value: passes.length, type: "number", note: passes.join(", ") },
      { label: "Settings", value: [...walkLeaves(file)].length, type: "number" },
      { label: "Errors", value: count("error"), type: "number", note: `${formatNumber(count("warning"))} warnings` },
    ]),
  );
}

function toFinding({ rule, severity, message, line, column }: Verdict["findings"][number]): Finding {
  return { severity, code: rule, message, where: { path: `line ${line}, column ${column}` } };
}

function timelineSection(file: AnswerFile): Section {
  const { boots, generalize, remarks } = timelineOf(file);
  const all =
    generalize.length === 0 ? boots : [...boots, { number: 0, title: "sysprep /generalize", steps: generalize }];
  const tables = all.map(({ number, title, steps }) => {
    const name = number === 0 ? title : `Boot ${number}: ${title}`;
    return table({
      caption: name,
      columns: [
        { key: "place", label: "#", type: "number" },
        { key: "pass", label: "Pass" },
        { key: "action", label: "What" },
        { key: "user", label: "As" },
        { key: "log", label: "Log" },
        { key: "line", label: "Line", type: "number" },
      ],
      rows: steps.map((step, i) => ({
        place: i + 1,
        pass: step.pass,
        action: [step.action, step.note].filter((text) => text !== undefined).join(" - "),
        user: step.user,
        log: step.log,
        line: step.line === 0 ? null : step.line,
      })),
    });
  });
  const list: Html = html`<ul>${remarks.map((remark) => html`<li>${remark}</li>`)}</ul>`;
  return section("Timeline", ...tables, list);
}

function settingsSection(file: AnswerFile): Section {
  const secret = new Map(findSecrets(file).map((one) => [`${one.pass}/${one.component}/${one.path}`, one.value]));
  const leaves = [...walkLeaves(file)];
  const passes = [...new Set(leaves.map(({ pass }) => pass))].sort((a, b) => order(a) - order(b));
  const tables = passes.map((pass) => {
    const rows = leaves
      .filter((leaf) => leaf.pass === pass)
      .map(({ component, architecture, path, value, element }) => ({
        component: `${component} (${architecture})`,
        path,
        value: secret.get(`${pass}/${component}/${path}`) ?? maskCommand(value),
        meaning: meaningOf(component, path.replace(/\[[^\]]*\]/g, ""))?.meaning ?? "",
        line: file.rangeOf(element.start).line,
      }));
    const columns = [
      { key: "component", label: "Component" },
      { key: "path", label: "Setting" },
      { key: "value", label: "Value" },
      { key: "meaning", label: "Meaning" },
      { key: "line", label: "Line", type: "number" },
    ] as const;
    return table({ caption: pass, columns, rows });
  });
  return section("Settings", ...tables);
}

function order(pass: string): number {
  const place = (RUN_ORDER as readonly string[]).indexOf(pass);
  return place < 0 ? RUN_ORDER.length : place;
}

function secretsSection(file: AnswerFile): Section | undefined {
  const secrets = findSecrets(file);
  if (secrets.length === 0) return undefined;
  const columns = [
    { key: "kind", label: "Kind" },
    { key: "state", label: "State" },
    { key: "path", label: "Setting" },
    { key: "line", label: "Line", type: "number" },
  ] as const;
  const rows = secrets.map(({ kind, state, pass, component, path, line }) => {
    return { kind, state, path: `${pass}/${component}/${path}`, line };
  });
  const note = html`<p>Hidden passwords are encoded, not encrypted: whoever has the file has them.</p>`;
  return section("Secrets", note, table({ caption: "Secrets", columns, rows }));
}
