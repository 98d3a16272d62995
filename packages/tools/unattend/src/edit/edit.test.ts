import { describe, expect, test } from "vitest";
import { builtinCatalog } from "../catalog/builtin.ts";
import { AnswerFile } from "../document/answer-file.ts";
import { getValue } from "../document/setting-path.ts";
import { walkLeaves } from "../document/setting-values.ts";
import { parseRelease } from "../facts/releases.ts";
import { COMPLETE, one, section, unattend } from "../testing/answer-files.ts";
import { hasErrors, validate } from "../validate/validate.ts";
import { addItem } from "./add-item.ts";
import { convertFile } from "./convert-file.ts";
import { diffFiles } from "./diff-files.ts";
import { formatFile } from "./format-file.ts";
import { mergeFiles } from "./merge-files.ts";
import { removeSetting, setValue } from "./set-value.ts";

const catalog = builtinCatalog();
const file = AnswerFile.fromText(COMPLETE);
const SHELL = "specialize/Microsoft-Windows-Shell-Setup";
const LOGON = "oobeSystem/Microsoft-Windows-Shell-Setup/FirstLogonCommands/SynchronousCommand";

/** Lines that only one of two texts has, with - and +, found from both ends. */
function changedLines(before: string, after: string): string[] {
  const from = before.split("\n");
  const to = after.split("\n");
  let start = 0;
  while (start < from.length && from[start] === to[start]) start++;
  let end = 0;
  while (end < Math.min(from.length, to.length) - start && from.at(-1 - end) === to.at(-1 - end)) end++;
  const minus = from.slice(start, from.length - end).map((line) => `-${line}`);
  return [...minus, ...to.slice(start, to.length - end).map((line) => `+${line}`)];
}

describe("set", () => {
  test("a value that is there: one line changes", () => {
    const { text } = setValue(file, `${SHELL}/TimeZone`, "A & <B>");
    expect(changedLines(COMPLETE, text)).toEqual([
      "-      <TimeZone>UTC</TimeZone>",
      "+      <TimeZone>A &amp; &lt;B&gt;</TimeZone>",
    ]);
  });

  test("every value of the file", () => {
    for (const { pass, component, path } of walkLeaves(file)) {
      const changed = setValue(file, `${pass}/${component}/${path}`, "new");
      expect(changedLines(COMPLETE, changed.text)).toHaveLength(2);
      expect(changed.problems).toEqual([]);
    }
  });

  test("what is missing on the way is created as it is around", () => {
    expect(changedLines(COMPLETE, setValue(file, `${SHELL}/oeminformation/SupportURL`, "x", { catalog }).text)).toEqual(
      ["+      <OEMInformation>", "+        <SupportURL>x</SupportURL>", "+      </OEMInformation>"],
    );
  });

  test("a component and a pass, between those that it belongs between", () => {
    const { text, problems } = setValue(
      file,
      "generalize/microsoft-windows-pnpsysprep/DoNotCleanUpNonPresentDevices",
      "true",
      { catalog },
    );
    expect(problems).toEqual([]);
    const passes = AnswerFile.fromText(text).settings.map(({ pass }) => pass);
    expect(passes).toEqual(["windowsPE", "generalize", "specialize", "oobeSystem"]);
    expect(text).toContain(
      '    <component name="Microsoft-Windows-PnpSysprep" processorArchitecture="amd64" publicKeyToken=',
    );
  });

  test("items of lists get action and key", () => {
    const path = "specialize/Microsoft-Windows-TCPIP/Interfaces/Interface[Ethernet]/UnicastIpAddresses/IpAddress[1]";
    const changed = setValue(file, path, "192.0.2.7/24", { catalog });
    expect(changed.text).toContain('<IpAddress wcm:action="add" wcm:keyValue="1">192.0.2.7/24</IpAddress>');
    expect(changed.text).toContain("<Identifier>Ethernet</Identifier>");
    expect(getValue(changed, path)).toBe("192.0.2.7/24");
  });

  test("an empty file, an empty element, no prefix, CRLF, tabs", () => {
    const empty = AnswerFile.fromText('<unattend xmlns="urn:schemas-microsoft-com:unattend"/>');
    const filled = setValue(empty, `${LOGON}[1]/CommandLine`, "x", { catalog });
    expect([filled.problems, hasErrors(validate(filled))]).toEqual([[], false]);
    expect(filled.text).toContain('<SynchronousCommand wcm:action="add" xmlns:wcm=');
    const windows = AnswerFile.fromText(COMPLETE.replaceAll("  ", "\t").replaceAll("\n", "\r\n"));
    const { text } = setValue(windows, `${SHELL}/OEMName`, "x", { catalog });
    expect(text).toContain("</TimeZone>\r\n\t\t\t<OEMName>x</OEMName>\r\n");
    const inLine = AnswerFile.fromText(
      unattend(section("specialize", "Microsoft-Windows-Shell-Setup", "<TimeZone/><OEMName>y</OEMName>")),
    );
    expect(setValue(inLine, `${SHELL}/TimeZone`, "UTC").text).toContain("<TimeZone>UTC</TimeZone><OEMName>");
    expect(setValue(inLine, `${SHELL}/RegisteredOwner`, "z", { catalog }).text).toContain(
      "</OEMName><RegisteredOwner>z</RegisteredOwner>",
    );
  });

  test.each([
    [`${SHELL}/ComputeName`, "UNATTEND_UNKNOWN_SETTING", "Did you mean ComputerName?"],
    [
      "oobeSystem/Microsoft-Windows-Shell-Setup/ComputerName",
      "UNATTEND_UNKNOWN_SETTING",
      "offlineServicing, specialize",
    ],
    ["specialise/Microsoft-Windows-Shell-Setup/ComputerName[#2]", "UNATTEND_UNKNOWN_SETTING", "windowsPE"],
    [
      "specialize/Microsoft-Windows-Shell-Setu/TimeZone",
      "UNATTEND_UNKNOWN_SETTING",
      "Did you mean Microsoft-Windows-Shell-Setup?",
    ],
    [
      "windowsPE/Microsoft-Windows-Setup/DiskConfiguration/Disk/CreatePartitions/CreatePartition/Size",
      "UNATTEND_AMBIGUOUS_PATH",
      "CreatePartition[1]",
    ],
    ["oobeSystem/Microsoft-Windows-Shell-Setup/OOBE", "UNATTEND_NOT_A_VALUE", "HideEULAPage"],
    [
      "oobeSystem/Microsoft-Windows-Shell-Setup/UserAccounts/LocalAccounts/LocalAccount[#2]/Group",
      "UNATTEND_KEY_NEEDED",
      "LocalAccount[KEY]",
    ],
  ])("refuses %s", (path, code, hint) => {
    expect(() => setValue(file, path, "x", { catalog })).toThrow(
      expect.objectContaining({ code, hint: expect.stringContaining(hint) }),
    );
  });

  test("refuses a file that is not well-formed; what is not known with force alone", () => {
    const broken = AnswerFile.fromText(COMPLETE.replace("UTC", "&"));
    expect(() => setValue(broken, `${SHELL}/TimeZone`, "x")).toThrow(
      expect.objectContaining({ code: "UNATTEND_MALFORMED" }),
    );
    expect(setValue(file, `${SHELL}/New`, "x", { catalog, force: true }).text).toContain("<New>x</New>");
  });
});

describe("add and rm", () => {
  test("an item with the next Order", () => {
    const added = addItem(file, LOGON, { CommandLine: "a && b", Description: "x" }, { catalog });
    expect(changedLines(COMPLETE, added.text)).toEqual([
      '+        <SynchronousCommand wcm:action="add">',
      "+          <Order>2</Order>",
      "+          <CommandLine>a &amp;&amp; b</CommandLine>",
      "+          <Description>x</Description>",
      "+        </SynchronousCommand>",
    ]);
    expect(removeSetting(added, `${LOGON}[2]`).text).toBe(COMPLETE);
  });

  test("nested values; unknown ones are refused", () => {
    const path = "oobeSystem/Microsoft-Windows-Shell-Setup/UserAccounts/LocalAccounts/LocalAccount";
    const added = addItem(
      file,
      path,
      { Name: "Bob", "Password/Value": "x", "Password/PlainText": "true" },
      { catalog },
    );
    expect(getValue(added, `${path}[Bob]/Password/PlainText`)).toBe("true");
    expect(() => addItem(file, path, { Name: "Bob", Pass: "x" }, { catalog })).toThrow(
      expect.objectContaining({ code: "UNATTEND_UNKNOWN_SETTING" }),
    );
  });

  test("what would be left empty goes along, up to the component", () => {
    const settings = "<OOBE>\n  <HideEULAPage>true</HideEULAPage>\n</OOBE>";
    const removed = removeSetting(
      one("oobeSystem", "Microsoft-Windows-Shell-Setup", settings),
      "oobeSystem/Microsoft-Windows-Shell-Setup/OOBE/HideEULAPage",
    );
    expect(removed.settings.map(({ components }) => components.length)).toEqual([0]);
    expect(removeSetting(file, `${SHELL}/ComputerName`).text).toContain("<!-- the name comes");
    expect(() => removeSetting(file, `${SHELL}/Absent`)).toThrow(
      expect.objectContaining({ code: "UNATTEND_NO_SUCH_SETTING" }),
    );
  });
});

describe("fmt, diff, merge", () => {
  test("formatting changes white space alone, and nothing the second time", () => {
    const squeezed = AnswerFile.fromText(COMPLETE.replace(/(?<!\?)>\s+</g, "><"));
    const formatted = formatFile(squeezed, { indent: "  " });
    expect(formatted.text.trim()).toBe(COMPLETE.trim());
    expect(formatFile(formatted)).toBe(formatted);
    expect(formatFile(file, { indent: "\t" }).text).toContain("\n\t\t\t<TimeZone>");
  });

  test("differences by setting; secrets are masked", () => {
    const changed = setValue(setValue(file, `${SHELL}/TimeZone`, "GMT Standard Time"), `${SHELL}/OEMName`, "x", {
      catalog,
    });
    const secret = setValue(changed, "oobeSystem/Microsoft-Windows-Shell-Setup/AutoLogon/Password/Value", "secret");
    expect(diffFiles(file, removeSetting(secret, `${SHELL}/ComputerName`))).toMatchObject([
      {
        kind: "changed",
        path: "specialize/Microsoft-Windows-Shell-Setup/TimeZone",
        before: "UTC",
        after: "GMT Standard Time",
      },
      { kind: "added", path: "specialize/Microsoft-Windows-Shell-Setup/OEMName", after: "x" },
      {
        kind: "changed",
        path: expect.stringContaining("AutoLogon/Password/Value"),
        before: "********",
        after: "********",
      },
      { kind: "removed", path: "specialize/Microsoft-Windows-Shell-Setup/ComputerName", before: "WEB-01" },
    ]);
    expect(diffFiles(file, formatFile(file, { indent: "\t" }))).toEqual([]);
  });

  test("a merge has what either has, the overlay's where both do", () => {
    const overlay = AnswerFile.fromText(
      unattend(
        '  <servicing><package action="configure"><assemblyIdentity name="P" /></package></servicing>',
        section("specialize", "Microsoft-Windows-Shell-Setup", "<TimeZone>GMT Standard Time</TimeZone>"),
        section(
          "oobeSystem",
          "Microsoft-Windows-Shell-Setup",
          '<FirstLogonCommands><SynchronousCommand wcm:action="add"><Order>2</Order><CommandLine>two</CommandLine></SynchronousCommand></FirstLogonCommands>',
        ),
      ),
    );
    const merged = mergeFiles(file, overlay, { catalog });
    expect(merged.problems).toEqual([]);
    expect(diffFiles(file, merged).map(({ kind, path }) => `${kind} ${path.split("/").slice(-2).join("/")}`)).toEqual([
      "changed Microsoft-Windows-Shell-Setup/TimeZone",
      "added SynchronousCommand[2]/Order",
      "added SynchronousCommand[2]/CommandLine",
      "added servicing/P@",
    ]);
    expect(mergeFiles(merged, overlay, { catalog }).text).toBe(merged.text);
  });
});

describe("convert", () => {
  test("to a release without some of the settings", () => {
    const { file: converted, changes } = convertFile(
      one(
        "oobeSystem",
        "Microsoft-Windows-Shell-Setup",
        "<OOBE>\n  <HideOnlineAccountScreens>true</HideOnlineAccountScreens>\n  <HideEULAPage>true</HideEULAPage>\n</OOBE>",
      ),
      { target: parseRelease("win7") },
    );
    expect(changes).toMatchObject([
      { path: expect.stringContaining("HideOnlineAccountScreens"), what: expect.stringContaining("Windows 7") },
    ]);
    expect(converted.text).not.toContain("HideOnlineAccountScreens");
    expect(hasErrors(validate(converted, { target: parseRelease("win7") }))).toBe(false);
  });

  test("from Vista: components that have a successor", () => {
    const vista = one("generalize", "Microsoft-Windows-Security-Licensing-SLC", "<SkipRearm>1</SkipRearm>");
    const { file: converted } = convertFile(vista, { target: parseRelease("win10") });
    expect(converted.components[0]?.name).toBe("Microsoft-Windows-Security-SPP");
    expect(validate(converted).findings).toEqual([]);
  });

  test("to another architecture: halves for 32 bits go with it", () => {
    const wow = section(
      "specialize",
      "Microsoft-Windows-IE-InternetExplorer",
      "<Home_Page>about:blank</Home_Page>",
    ).replace("amd64", "wow64");
    const both = AnswerFile.fromText(COMPLETE.replace("</unattend>", `${wow}\n</unattend>`));
    const { file: converted, changes } = convertFile(both, { architecture: "x86" });
    expect(new Set(converted.components.map(({ architecture }) => architecture))).toEqual(new Set(["x86"]));
    expect(changes).toHaveLength(4);
    expect(convertFile(both, { architecture: "arm64" }).file.text).toContain('"wow64"');
  });
});
