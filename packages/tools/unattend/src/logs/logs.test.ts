import { describe, expect, test } from "vitest";
import { AnswerFile } from "../document/answer-file.ts";
import { fromManifest } from "../manifest/from-manifest.ts";
import { parseManifest } from "../manifest/manifest-file.ts";
import { explainLogs } from "./explain-log.ts";
import { KNOWN_MESSAGES } from "./known-messages.ts";
import { parseSetupLog } from "./setup-log.ts";

const FILE = fromManifest(
  parseManifest(`
windows: { edition: Windows 11 Pro }
computer: { name: PC-1 }
domain: { join: corp.example, account: { user: u, domain: d, password: p } }
administratorPassword: secret
commands: { specialize: [x.exe] }
`),
);

const log = (...lines: string[]) => new TextEncoder().encode(lines.join("\r\n"));
const explained = (...lines: string[]) =>
  explainLogs([{ name: "setupact.log", entries: parseSetupLog(log(...lines)) }], FILE);

describe("logs", () => {
  test("entries with level, component and the lines that continue them", () => {
    const entries = parseSetupLog(
      log(
        "2024-05-01 10:00:00, Info                  [0x0606cc] IBS    Callback_Unattend_Find: looking",
        "2024-05-01 10:00:01, Error                        [DJOIN.EXE] Unattended Join: failed",
        "  more of it",
        "2024-05-01 10:00:02, Warning               SYSPRP SysprepDrv",
      ),
    );
    expect(entries.map(({ line, level, component }) => [line, level, component])).toEqual([
      [1, "info", "IBS"],
      [2, "error", "DJOIN.EXE"],
      [4, "warning", ""],
    ]);
    expect(entries[1]!.text).toContain("\n  more of it");
  });

  test("UTF-16 and code pages are read, anything else is no error", () => {
    const utf16 = Buffer.from("\ufeff2024-05-01 10:00:00, Error   IBS    näh", "utf16le");
    expect(parseSetupLog(utf16)[0]).toMatchObject({ level: "error", text: "näh" });
    const ansi = Buffer.from("2024-05-01 10:00:00, Error   IBS    n\xe4h", "latin1");
    expect(parseSetupLog(ansi)[0]?.text).toBe("näh");
    expect(parseSetupLog(new Uint8Array([0, 1, 2, 255]))).toHaveLength(1);
    expect(parseSetupLog(new Uint8Array())).toEqual([]);
  });

  const at = "2024-05-01 10:00:00, Error                 [0x060435] IBS    ";
  /** As users report them. */
  const MESSAGES: Record<string, string> = {
    "setting-does-not-exist":
      "Windows could not parse or process unattend answer file [C:\\Windows\\Panther\\unattend.xml] for pass [specialize]. A component or setting specified in the answer file does not exist.",
    "settings-cannot-be-applied":
      "Windows could not parse or process unattend answer file [C:\\Windows\\Panther\\unattend.xml] for pass [specialize]. The settings specified in the answer file cannot be applied. The error was detected while processing settings for component [Microsoft-Windows-Shell-Setup].",
    "invalid-at-line":
      "The unattend answer file is invalid. The error was detected at line 12 column 34 of the answer file.",
    "error-while-searching":
      "Windows Setup encountered an internal error while loading or searching for an unattend answer file.",
    "invalid-product-key":
      "The unattend answer file contains an invalid product key. Either remove the invalid key or provide a valid product key.",
    "key-fits-no-image": "The product key entered does not match any of the Windows images available for installation.",
    "password-not-decoded": "[Shell Unattend] Failed to decode password (0x8007000d)",
    "password-too-simple": "EnableLocalUserAccount returned status = 0x8c5",
    "several-editions": "Failed to deserialize settings (0x00221006)",
    "package-not-installed": "CBS Pkgmgr: Failed unattend install, hr 0x80073713",
    "foreign-element":
      "The element 'unattend' in namespace 'urn:x' has invalid child element 'Extensions' in namespace 'urn:x'.",
    "command-failed": "RunSynchronous command failed with exit code 1",
    "domain-join-failed": "[DJOIN.EXE] Unattended Join: NetJoinDomain failed error code is [1355]",
    "computer-name-refused": "ComputerName is not valid",
  };

  test.each(KNOWN_MESSAGES.map(({ id }) => id))("%s", (id) => {
    const { problems } = explained(at + MESSAGES[id]);
    expect(problems.map((problem) => problem.id)).toEqual([id]);
  });

  test("places in the answer file", () => {
    const places = (id: string) => explained(at + MESSAGES[id]).problems[0]!.places.map(({ path }) => path);
    expect(places("settings-cannot-be-applied")).toEqual(["specialize/Microsoft-Windows-Shell-Setup"]);
    expect(places("invalid-product-key")).toEqual(["windowsPE/Microsoft-Windows-Setup/UserData/ProductKey/Key"]);
    expect(places("domain-join-failed")).toEqual([
      "specialize/Microsoft-Windows-UnattendedJoin/Identification/JoinDomain",
    ]);
    expect(places("setting-does-not-exist").length).toBeGreaterThan(1);
    expect(explained(at + MESSAGES["invalid-at-line"]).problems[0]!.places).toEqual([
      { line: 12, column: 34, path: "" },
    ]);
    const computer = explained(at + MESSAGES["computer-name-refused"]).problems[0]!.places[0]!;
    expect(FILE.text.split("\n")[computer.line - 1]).toContain("<ComputerName>");
  });

  test("other errors are counted, and told if asked", () => {
    const entries = parseSetupLog(log(`${at}something else`, `${at.replace("Error", "Info ")}fine`));
    expect(explainLogs([{ name: "l", entries }], undefined)).toMatchObject({
      problems: [],
      otherErrors: 1,
      answerFile: null,
    });
    expect(explainLogs([{ name: "l", entries }], undefined, { all: true }).problems).toMatchObject([
      { id: null, line: 1 },
    ]);
  });

  test("words that are harmless elsewhere are looked for in errors alone", () => {
    expect(explained("2024-05-01 10:00:00, Info   IBS    the computer name is checked: not invalid").problems).toEqual(
      [],
    );
  });

  test("a hostile entry takes no longer than it has to", () => {
    const entry = "could not parse or process unattend answer file for pass [x] ".repeat(140);
    expect(explained(...Array<string>(200).fill(at + entry)).problems).toEqual([]);
  });

  test("a file that is only XML has no such messages", () => {
    expect(explained(...AnswerFile.fromText("<a/>").text.split("\n")).problems).toEqual([]);
  });
});
