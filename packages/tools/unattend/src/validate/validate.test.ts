import { describe, expect, test } from "vitest";
import { AnswerFile } from "../document/answer-file.ts";
import { getValue } from "../document/setting-path.ts";
import { diffFiles } from "../edit/diff-files.ts";
import { formatFile } from "../edit/format-file.ts";
import { COMPLETE, one } from "../testing/answer-files.ts";
import { fixFile } from "./fix-file.ts";
import { toSarif } from "./sarif.ts";
import { hasErrors, validate } from "./validate.ts";

const shell = (settings: string) => one("specialize", "Microsoft-Windows-Shell-Setup", settings);
const rulesOf = (file: AnswerFile, options = {}) => validate(file, options).findings.map(({ rule }) => rule);

test("a finding has its place, its path and a message", () => {
  expect(validate(shell("<TimeZone>UTC</TimeZone>\n<ComputerName>a b</ComputerName>")).findings).toEqual([
    {
      rule: "computer-name",
      severity: "error",
      line: 6,
      column: 21,
      endLine: 6,
      endColumn: 24,
      message: '"a b" has characters that a computer\'s name cannot have.',
      path: "specialize/Microsoft-Windows-Shell-Setup/ComputerName",
    },
  ]);
  const [finding] = validate(shell("<ComputerNam>x</ComputerNam>")).findings;
  expect(finding).toMatchObject({
    path: "specialize/Microsoft-Windows-Shell-Setup/ComputerNam",
    line: 5,
    message: expect.stringContaining("Did you mean ComputerName?"),
  });
});

describe("suppressions", () => {
  const wrong = "<ComputerName>a b</ComputerName>\n<TimeZone>x</TimeZone>";
  test.each([
    [wrong, ["computer-name", "time-zone"]],
    [`<!-- adk-ignore computer-name: renamed later -->\n${wrong}`, ["time-zone"]],
    [`<!-- adk-ignore time-zone -->\n${wrong}`, ["computer-name", "time-zone"]],
    [`<!-- adk-ignore-file time-zone, computer-name -->\n${wrong}`, []],
  ])("%j", (settings, rules) => expect(rulesOf(shell(settings))).toEqual(rules));

  test("how many findings were kept back is told", () => {
    expect(validate(shell(`<!-- adk-ignore-file time-zone -->\n${wrong}`)).suppressed).toBe(1);
  });
});

test("a template may have placeholders in place of values", () => {
  const template = AnswerFile.fromText(
    COMPLETE.replace("WEB-01", "{{ name }}")
      .replace("UTC", `\${zone}`)
      .replace(">3<", ">%PARTITION%<")
      .replaceAll("amd64", "{{ arch }}")
      .replace("<LogonCount>1", "<LogonCount>"),
  );
  expect(hasErrors(validate(template))).toBe(true);
  expect(hasErrors(validate(template, { template: true }))).toBe(false);
});

test("repairs change what is wrong alone", () => {
  const broken = COMPLETE.replace("<TimeZone>UTC</TimeZone>", "<Timezone>utc</Timezone>")
    .replace(' wcm:action="add"', "")
    .replace("<HideEULAPage>true", "<HideEULAPage>TRUE")
    .replace('pass="oobeSystem"', 'pass_="oobeSystem"')
    .replace("echo one &amp;&amp;", "echo one &&");
  const { file, verdict, fixed } = fixFile(AnswerFile.fromText(broken));
  expect(verdict.findings).toEqual([]);
  expect(file.text).toBe(COMPLETE);
  expect(new Set(fixed.map(({ rule }) => rule))).toEqual(
    new Set(["not-well-formed", "name-case", "list-no-action", "value-case", "unknown-attribute", "time-zone-case"]),
  );
});

test("a plain password is hidden", () => {
  const plain = COMPLETE.replace(
    "cABQAGEAcwBzAHcAbwByAGQA</Value>\n        <PlainText>false",
    "p</Value>\n        <PlainText>true",
  );
  const { file } = fixFile(AnswerFile.fromText(plain));
  const path = "oobeSystem/Microsoft-Windows-Shell-Setup/UserAccounts/LocalAccounts/LocalAccount[Ann]/Password/Value";
  expect(getValue(file, path)).toBe("cABQAGEAcwBzAHcAbwByAGQA");
});

test("SARIF has each finding with its rule", () => {
  const verdict = validate(shell("<ComputerName>a b</ComputerName>"));
  expect(toSarif([verdict], "1.0.0")).toMatchObject({
    version: "2.1.0",
    runs: [
      {
        results: [
          {
            ruleId: "computer-name",
            level: "error",
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: "unattend.xml" },
                  region: { startLine: 5, startColumn: 21 },
                },
              },
            ],
          },
        ],
      },
    ],
  });
});

test("time grows with the size", () => {
  const item =
    '<SynchronousCommand wcm:action="add"><Order>1</Order><CommandLine>cmd /c echo one</CommandLine></SynchronousCommand>\n';
  const sizes = [2000, 8000].map((count) =>
    one(
      "oobeSystem",
      "Microsoft-Windows-Shell-Setup",
      `<FirstLogonCommands>${item.repeat(count)}</FirstLogonCommands>`,
    ),
  );
  const times = sizes.map((file) => {
    const started = performance.now();
    validate(AnswerFile.parse(file.bytes));
    return performance.now() - started;
  });
  // Four times the size, with room for a busy machine: quadratic growth would be sixteen.
  expect(times[1]! / times[0]!).toBeLessThan(12);
});

test("no file makes it slow: many of one thing, and things that refer to each other", () => {
  const many = (piece: (index: number) => string) => Array.from({ length: 6000 }, (_, index) => piece(index)).join("");
  const items = many((index) => `<LocalAccount wcm:action="add"><Name>u${index}</Name></LocalAccount>`);
  const logons = many((index) => `<AutoLogon><Enabled>true</Enabled><Username>v${index}</Username></AutoLogon>`);
  const files = [
    shell(many((index) => `<x${index}/>`)),
    shell(many(() => "<!-- adk-ignore time-zone --><TimeZone>x</TimeZone>")),
    one(
      "oobeSystem",
      "Microsoft-Windows-Shell-Setup",
      `${logons}<UserAccounts><LocalAccounts>${items}</LocalAccounts></UserAccounts>`,
    ),
    one(
      "specialize",
      "Microsoft-Windows-Deployment",
      `<RunSynchronous><RunSynchronousCommand><Path>${"shutdown powershell ".repeat(20_000)}</Path></RunSynchronousCommand></RunSynchronous>`,
    ),
    shell(`<TimeZone>${"{{".repeat(100_000)}</TimeZone>`),
    one(
      "specialize",
      "Microsoft-Windows-International-Core",
      `<InputLocale>${"0409:00000409;".repeat(20_000)}</InputLocale>`,
    ),
  ];
  for (const file of files) {
    const started = performance.now();
    validate(file);
    diffFiles(file, formatFile(file));
    // Some hundred milliseconds; minutes where each looks at each.
    expect(performance.now() - started).toBeLessThan(10_000);
  }
});
