// Validation against the ground truth of 75 real answer files: what a reference check of their contents found, the verdicts of
// xmllint with the schema that Windows SIM uses, and the files that are in daily use and must stay without errors.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AnswerFile, diffFiles, formatFile, hasErrors, parseRelease, setValue, toSarif, validate } from "@adk/unattend";
import { describe, expect, test } from "vitest";
import { describeWithData } from "./support/data.ts";
import { describeWithPeer } from "./support/peers.ts";

/** Classes of the reference check, which are the ids of our rules too. */
const CLASSES = [
  "not-well-formed",
  "unattend-child",
  "unknown-component",
  "component-pass",
  "unknown-setting",
  "setting-pass",
  "list-no-action",
  "dup-component",
  "empty-component",
  "empty-value",
];

/** Its attribute `pass` is written `pass_`: the reference check goes on with no pass at all, and finds each setting in the wrong one. */
const WITHOUT_PASS = "Kensan196948G__WebUI_backend_test_comprehensive_final.xml";

/** Rejected by xmllint alone: the schema's pattern of versions ends in $, which is no anchor in XML Schema. */
const FALSE_REJECTS = [
  "turboBasic__src_answers-Enterprise_1703_BootToAudit.xml",
  "turboBasic__src_answers-Enterprise_1703_FullSetup.xml",
];

/** In daily use with Windows 7 to 11 and their servers. */
const MUST_STAY_CLEAN = [/^dockur__(?!.*vista)/, /^chef__/, /^StefanScherer__(?!.*insider)/, /^sfigg__(?!.*OA3)/];
const CLEAN_FILES = 47;

/** The release that a file's name tells. */
const TARGETS: readonly (readonly [RegExp, string])[] = [
  [/2008_?r2/, "server2008r2"],
  [/2012_?r2/, "server2012r2"],
  [/2012/, "server2012"],
  [/2016/, "server2016"],
  [/2019/, "server2019"],
  [/2022/, "server2022"],
  [/2025/, "server2025"],
  [/(?:win|files_)81/, "win81"],
  [/(?:win|files_)7/, "win7"],
  [/(?:win|files_)10/, "win10-22h2"],
  [/(?:win|files_)11/, "win11-24h2"],
];

/** Rules of the schema. */
const STRUCTURE = [
  "root",
  "unattend-child",
  "element-order",
  "unknown-attribute",
  "missing-attribute",
  "bad-attribute",
  "stray-text",
  "not-well-formed",
];

interface Row {
  readonly name: string;
  readonly xmllint: string;
  readonly issues: ReadonlyMap<string, number>;
}

describeWithData("answer-files", (directory) => {
  const rows = readManifest(readFileSync(join(directory, "MANIFEST.md"), "utf8"));
  const read = (name: string) => AnswerFile.parse(readFileSync(join(directory, "answer", name)), { file: name });

  test("every file of the manifest", () => {
    expect(rows.map(({ name }) => name).sort()).toEqual(readdirSync(join(directory, "answer")).sort());
    expect(rows).toHaveLength(75);
  });

  test.each(rows)("$name: what the reference check found, and no more of it", ({ name, issues }) => {
    const { findings } = validate(read(name));
    for (const rule of CLASSES) {
      if (name === WITHOUT_PASS && (rule === "component-pass" || rule === "setting-pass")) continue;
      const count = findings.filter((finding) => finding.rule === rule).length;
      expect.soft(`${rule} ${count}`).toBe(`${rule} ${issues.get(rule) ?? 0}`);
    }
    if (name === WITHOUT_PASS) expect(findings.filter(({ rule }) => rule === "unknown-attribute")).toHaveLength(3);
  });

  describe("files that Setup accepts", () => {
    const clean = rows.filter(({ name }) => MUST_STAY_CLEAN.some((pattern) => pattern.test(name)));
    test("all of them", () => expect(clean).toHaveLength(CLEAN_FILES));
    test.each(clean)("$name", ({ name }) => {
      const target = TARGETS.find(([pattern]) => pattern.test(name))?.[1];
      for (const release of [undefined, target === undefined ? undefined : parseRelease(target)]) {
        const { findings } = validate(read(name), { target: release });
        expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
      }
    });
  });

  test("templates: what is filled in later is no error", () => {
    for (const { name, issues } of rows) {
      if (!issues.has("empty-value")) continue;
      expect(hasErrors(validate(read(name), { template: true })), name).toBe(false);
    }
  });

  test.each(rows)("$name: written back to the byte, and one value changes one line", ({ name }) => {
    const file = read(name);
    expect(file.toBytes()).toBe(file.bytes);
    expect(AnswerFile.fromText(file.text).text).toBe(file.text);
    if (file.problems.length > 0) return;
    const formatted = formatFile(file);
    expect(diffFiles(file, formatted)).toEqual([]);
    expect(formatFile(formatted).text).toBe(formatted.text);
    const [component] = file.components;
    if (component === undefined) return;
    const path = `${component.pass || "specialize"}/${component.name}@${component.architecture}/${firstValue(component.element)}`;
    if (component.pass === "" || path.endsWith("undefined")) return;
    const changed = setValue(file, path, "changed value", { force: true });
    const before = file.text.split("\n");
    const after = changed.text.split("\n");
    expect(after).toHaveLength(before.length);
    expect(after.filter((line, index) => line !== before[index])).toHaveLength(1);
  });

  test("SARIF of all files", () => {
    const verdicts = rows.map(({ name }) => validate(read(name)));
    const { runs } = toSarif(verdicts, "1") as { runs: { results: { ruleIndex: number }[] }[] };
    expect(runs[0]?.results).toHaveLength(verdicts.flatMap(({ findings }) => findings).length);
    expect(runs[0]?.results.every(({ ruleIndex }) => ruleIndex >= 0)).toBe(true);
  });

  describeWithPeer(["xmllint"], (xmllint) => {
    const schema = join(directory, "schema/autounattend.xsd");
    const accepts = async (path: string, input = new Uint8Array()) => {
      const { stderr } = await xmllint
        .run(["--noout", "--schema", schema, path], { input })
        .catch((error: Error) => ({ stderr: error.message }));
      return stderr.includes(" validates") && !stderr.includes("error");
    };
    const ours = (file: AnswerFile) => {
      return !validate(file).findings.some(({ rule, severity }) => severity === "error" && STRUCTURE.includes(rule));
    };

    test("the same structural verdict on every file", { timeout: 60_000 }, async () => {
      for (const { name, xmllint: truth } of rows) {
        const accepted = FALSE_REJECTS.includes(name) ? true : await accepts(join(directory, "answer", name));
        expect.soft(`${name} ${ours(read(name))}`).toBe(`${name} ${accepted}`);
        if (!FALSE_REJECTS.includes(name)) expect(accepted).toBe(truth === "accept");
      }
    });

    test.each(VARIANTS)("%s", async (_, change) => {
      const text = change(SAMPLE);
      expect(text).not.toBe(SAMPLE);
      // What the schema's pattern asks for, as xmllint reads it.
      const asRead = text.replace("1.2.3.4", "1.2.3.4$");
      expect(ours(AnswerFile.fromText(text))).toBe(await accepts("-", new TextEncoder().encode(asRead)));
    });
  });
});

/** The first setting that has a value, with its keys if it is in a list. */
function firstValue(element: AnswerFile["components"][number]["element"]): string | undefined {
  for (const node of element.children) {
    if (node.kind !== "element") continue;
    const inner = node.children.some((child) => child.kind === "element");
    if (!inner && node.end > node.startTagEnd && !node.selfClosing) return node.local;
    const below = inner && node.attributes.length === 0 ? firstValue(node) : undefined;
    if (below) return `${node.local}/${below}`;
  }
  return undefined;
}

/** The table of the answer files. */
function readManifest(text: string): Row[] {
  const lines = text.split("\n## ")[1]?.split("\n") ?? [];
  return lines
    .filter((line) => /^\|[^|]+\.(?:xml|example)\|/.test(line))
    .map((line) => {
      const [, name = "", , , , , , xmllint = "", issues = ""] = line.split("|");
      const counts = issues.split(" — ")[0]?.split("; ") ?? [];
      const found = counts.flatMap((each) => {
        const [, rule, count] = /^([a-z-]+)×(\d+)$/.exec(each.trim()) ?? [];
        return rule === undefined ? [] : [[rule, Number(count)] as const];
      });
      return { name, xmllint: xmllint.trim(), issues: new Map(found) };
    });
}

const IDENTITY = 'processorArchitecture="amd64" publicKeyToken="31bf3856ad364e35" language="neutral"';
const SAMPLE = `<?xml version="1.0" encoding="utf-8"?>
<unattend xmlns="urn:schemas-microsoft-com:unattend" xmlns:wcm="http://schemas.microsoft.com/WMIConfig/2002/State">
  <servicing>
    <package action="configure">
      <assemblyIdentity name="P" version="1.2.3.4" ${IDENTITY} />
      <selection name="F" state="true" />
      <source location="x" />
    </package>
  </servicing>
  <settings pass="specialize">
    <component name="Microsoft-Windows-Shell-Setup" ${IDENTITY} versionScope="nonSxS"><TimeZone>UTC</TimeZone></component>
  </settings>
  <settings pass="oobeSystem" />
  <cpi:offlineImage cpi:source="x" xmlns:cpi="urn:schemas-microsoft-com:cpi" />
</unattend>
`;

/** Changes of the frame. */
const VARIANTS: readonly (readonly [string, (text: string) => string])[] = [
  ["no pass", (text) => text.replace(' pass="specialize"', "")],
  ["an unknown pass", (text) => text.replace("specialize", "specialise")],
  ["a pass in another case", (text) => text.replace("specialize", "Specialize")],
  ["the unused pass", (text) => text.replace('"oobeSystem"', '"oobeUser"')],
  ["an attribute of settings", (text) => text.replace('pass="specialize"', 'pass="specialize" wcm:x="1"')],
  ["an attribute of component", (text) => text.replace('versionScope="nonSxS"', 'x="1"')],
  [
    "an xsi attribute",
    (text) =>
      text.replace(
        'pass="specialize"',
        'pass="specialize" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b"',
      ),
  ],
  ["a versionScope in another case", (text) => text.replace("nonSxS", "NONSXS")],
  ["an unknown versionScope", (text) => text.replace("nonSxS", "sxs")],
  ["no name", (text) => text.replace('name="Microsoft-Windows-Shell-Setup" ', "")],
  ["no language", (text) => text.replaceAll(' language="neutral"', "")],
  ["an architecture in another case", (text) => text.replaceAll("amd64", "AMD64")],
  ["an unknown architecture", (text) => text.replaceAll("amd64", "x64")],
  ["arm64", (text) => text.replaceAll("amd64", "arm64")],
  ["a short token", (text) => text.replaceAll("31bf3856ad364e35", "31bf")],
  ["an upper-case token", (text) => text.replaceAll("31bf3856ad364e35", "31BF3856AD364E35")],
  ["text in settings", (text) => text.replace("</settings>", "text</settings>")],
  ["text in unattend", (text) => text.replace("<settings", "text<settings")],
  ["a foreign element before settings", (text) => text.replace("<settings", '<a xmlns="urn:a" /><settings')],
  ["a foreign element in settings", (text) => text.replace("</settings>", '<a xmlns="urn:a" /></settings>')],
  ["a foreign element in component", (text) => text.replace("<TimeZone>", '<a xmlns="urn:a" /><TimeZone>')],
  ["an element of no namespace at the end", (text) => text.replace("</unattend>", '<a xmlns="" /></unattend>')],
  ["an own element at the end", (text) => text.replace("</unattend>", "<a /></unattend>")],
  [
    "settings behind a foreign element",
    (text) => text.replace("</unattend>", '<settings pass="generalize" /></unattend>'),
  ],
  ["servicing at the end", (text) => text.replace("</unattend>", "<servicing /></unattend>")],
  ["servicing twice", (text) => text.replace("<servicing>", "<servicing /><servicing>")],
  ["an unknown action", (text) => text.replace("configure", "enable")],
  ["no action", (text) => text.replace(' action="configure"', "")],
  ["an unknown permanence", (text) => text.replace('action="configure"', 'action="configure" permanence="x"')],
  ["a foreign attribute of package", (text) => text.replace('action="configure"', 'action="configure" wcm:x="1"')],
  ["a state that is no boolean", (text) => text.replace('state="true"', 'state="on"')],
  ["a state of 1", (text) => text.replace('state="true"', 'state="1"')],
  ["a selection without name", (text) => text.replace('name="F" ', "")],
  ["a source without location", (text) => text.replace(' location="x"', "")],
  ["an attribute author", (text) => text.replace("<unattend ", '<unattend author="me" ')],
  ["an attribute of unattend that is not known", (text) => text.replace("<unattend ", '<unattend editor="me" ')],
  ["a time stamp", (text) => text.replace("<unattend ", '<unattend creationTimeStamp="2024-01-02T03:04:05Z" ')],
  ["a time stamp that is none", (text) => text.replace("<unattend ", '<unattend creationTimeStamp="yesterday" ')],
  ["another root", (text) => text.replaceAll("unattend>", "answers>").replace("<unattend", "<answers")],
  ["another namespace", (text) => text.replace("urn:schemas-microsoft-com:unattend", "urn:x")],
  ["no namespace", (text) => text.replace(' xmlns="urn:schemas-microsoft-com:unattend"', "")],
  ["not well-formed", (text) => text.replace("UTC", "a & b")],
  ["a prefix that is not declared", (text) => text.replace("<TimeZone>", "<x:y /><TimeZone>")],
  ["an attribute twice", (text) => text.replace('pass="specialize"', 'pass="specialize" pass="specialize"')],
  ["a tag that is not closed", (text) => text.replace("</TimeZone>", "")],
];
