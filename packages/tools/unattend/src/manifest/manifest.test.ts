import { AdkError } from "@adk/core";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { AnswerFile } from "../document/answer-file.ts";
import { getValue } from "../document/setting-path.ts";
import { parseRelease } from "../facts/releases.ts";
import { validate } from "../validate/validate.ts";
import { leavesOf, treeOf } from "./answer-tree.ts";
import { fromManifest } from "./from-manifest.ts";
import { parseManifest } from "./manifest-file.ts";
import { PRESETS } from "./presets.ts";
import { toManifest } from "./to-manifest.ts";
import { withoutSecrets } from "./without-secrets.ts";

const SHELL = "Microsoft-Windows-Shell-Setup";

/** One of everything. */
const EVERYTHING = `
target: win11-24h2
locale:
  language: de-DE
  user: de-CH
  keyboards: [0807:00000807, en-US]
  timeZone: W. Europe Standard Time
setup: { dynamicUpdate: false, configurationSet: true }
storage:
  disks:
    - { id: 0, wipe: true, layout: uefi-recovery }
    - id: 1
      wipe: false
      partitions: [{ type: primary, size: rest, format: NTFS, label: Data, letter: D }]
windows: { edition: Windows 11 Pro, image: Windows 11 Pro, acceptEula: true }
drivers: { windowsPE: ['D:\\pe'], windows: ['D:\\net', 'D:\\gpu'] }
features: { foundation: 10.0.26100.1, enable: [TelnetClient], disable: [SMB1Protocol] }
system: { userAccountControl: true }
computer: { name: { serial: PC- }, owner: Someone, organization: Contoso }
network:
  interfaces:
    - { id: Ethernet, addresses: [192.168.1.10/24], gateway: 192.168.1.1, dns: [192.168.1.1, 8.8.8.8] }
    - { id: Ethernet 2, dhcp: true }
  dnsSuffixes: [corp.example, example]
domain: { join: corp.example, ou: 'OU=PCs,DC=corp,DC=example', account: { user: joiner, domain: corp.example, password: secret-1 } }
remoteDesktop: { networkLevelAuthentication: true }
privacy: { expressSettings: false, customerExperience: false, errorReporting: false }
oobe: { eula: false, onlineAccount: false }
administratorPassword: secret-2
users:
  - { name: ann, password: secret-3, displayName: Ann, groups: [Administrators, Users] }
  - { name: guest2, password: '', groups: [Users] }
autologon: { user: ann, password: secret-3, count: 2 }
commands:
  windowsPE: ['reg.exe add HKLM\\SYSTEM\\Setup /v X /d 1 /f']
  specialize: [{ run: 'C:\\a.cmd "x & y"', description: First, log: 'C:\\a.log', reboot: always }]
  firstLogon: [{ run: winver.exe, wait: true }]
  everyLogon: [notepad.exe]
settings:
  - pass: specialize
    component: Microsoft-Windows-Shell-Setup
    values: { OEMInformation: { Manufacturer: Contoso, SupportHours: '' } }
  - pass: oobeSystem
    component: Microsoft-Windows-Shell-Setup
    values: { FirstLogonCommands: { SynchronousCommand: [{ Order: '9', CommandLine: late.exe }] } }
`;

describe("presets", () => {
  test.each(PRESETS)("$name validates clean and is read back", ({ manifest }) => {
    const file = fromManifest(manifest);
    const { findings } = validate(file, { target: parseRelease(manifest.target!) });
    expect(findings.filter(({ severity }) => severity !== "info")).toEqual([]);
    expect(toManifest(file)).toEqual({ manifest, leftOut: [] });
  });
});

describe("a manifest with one of everything", () => {
  const manifest = parseManifest(EVERYTHING);
  const file = fromManifest(manifest);

  test("gives a file without errors", () => {
    const { findings } = validate(file, { target: parseRelease("win11-24h2") });
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
  });

  test("is read back, and gives the same file again", () => {
    const back = toManifest(file).manifest;
    expect(back).toEqual(manifest);
    expect(fromManifest(parseManifest(stringify(back))).text).toBe(file.text);
  });

  test("has no secrets after they were taken out, and the same settings with them", () => {
    const { manifest: bare, variables } = withoutSecrets(manifest);
    expect(stringify(bare)).not.toContain("secret-");
    expect(variables).toEqual(["ADK_ADMINISTRATOR_PASSWORD", "ADK_PASSWORD_ANN", "ADK_DOMAIN_PASSWORD"]);
    const env = {
      ADK_ADMINISTRATOR_PASSWORD: "secret-2",
      ADK_PASSWORD_ANN: "secret-3",
      ADK_DOMAIN_PASSWORD: "secret-1",
    };
    expect(fromManifest(bare, { env }).text).toBe(file.text);
    expect(() => fromManifest(bare)).toThrow(expect.objectContaining({ code: "UNATTEND_NO_SECRET" }));
  });

  test("puts things where Setup takes them", () => {
    const get = (path: string) => getValue(file, path);
    expect(get("windowsPE/Microsoft-Windows-Setup/ImageInstall/OSImage/InstallTo/PartitionID")).toBe("4");
    expect(get(`oobeSystem/${SHELL}/UserAccounts/LocalAccounts/LocalAccount[ann]/Group`)).toBe("Administrators;Users");
    expect(get("specialize/Microsoft-Windows-Deployment/RunSynchronous/RunSynchronousCommand[2]/Path")).toBe(
      'cmd.exe /c "C:\\a.cmd "x & y" >>"C:\\a.log" 2>&1"',
    );
    expect(get("windowsPE/Microsoft-Windows-International-Core-WinPE/InputLocale")).toBe("0807:00000807;en-US");
  });

  test("keeps commands within what Setup takes", () => {
    for (const serial of ["P", "PREFIX-OF-1"]) {
      const named = fromManifest(parseManifest(`computer: { name: { serial: ${serial.slice(0, 10)} } }`));
      const path = getValue(
        named,
        "specialize/Microsoft-Windows-Deployment/RunSynchronous/RunSynchronousCommand[1]/Path",
      );
      expect(path!.length).toBeLessThanOrEqual(259);
    }
  });
});

test("prompting for the name is a command of the first logon, and read back", () => {
  const manifest = parseManifest(
    "computer: { name: { prompt: Name of this computer? } }\ncommands: { firstLogon: [b.exe] }",
  );
  const file = fromManifest(manifest);
  expect(getValue(file, `oobeSystem/${SHELL}/FirstLogonCommands/SynchronousCommand[2]/CommandLine`)).toBe("b.exe");
  expect(toManifest(file).manifest).toEqual(manifest);
});

describe("what a file says otherwise than a manifest would is kept as settings", () => {
  const file = (settings: string) =>
    AnswerFile.fromText(
      `<unattend xmlns="urn:schemas-microsoft-com:unattend" xmlns:wcm="http://schemas.microsoft.com/WMIConfig/2002/State">${settings}</unattend>`,
    );
  const component = (pass: string, name: string, content: string) =>
    `<settings pass="${pass}"><component name="${name}" processorArchitecture="amd64">${content}</component></settings>`;

  test.each([
    [
      "an order with gaps",
      component(
        "oobeSystem",
        SHELL,
        '<FirstLogonCommands><SynchronousCommand wcm:action="add"><Order>3</Order><CommandLine>a</CommandLine></SynchronousCommand></FirstLogonCommands>',
      ),
    ],
    ["another component", component("specialize", "Contoso", "<A><B>1</B><B>2</B></A><C/>")],
    [
      "a list of plain values",
      component(
        "specialize",
        "Microsoft-Windows-NetBT",
        '<Interfaces><Interface wcm:action="add"><Identifier>x</Identifier><NameServerList><IpAddress wcm:action="add" wcm:keyValue="7">1.2.3.4</IpAddress></NameServerList></Interface></Interfaces>',
      ),
    ],
    [
      "an unknown setting of a user",
      component(
        "oobeSystem",
        SHELL,
        '<UserAccounts><LocalAccounts><LocalAccount wcm:action="add"><Name>a</Name><Group>Users</Group><More>1</More></LocalAccount></LocalAccounts></UserAccounts>',
      ),
    ],
    [
      "a language that nobody knows",
      component("windowsPE", "Microsoft-Windows-International-Core-WinPE", "<UILanguage>tlh-QO</UILanguage>"),
    ],
  ])("%s", (_name, settings) => {
    const before = file(settings);
    const { manifest } = toManifest(before);
    const after = fromManifest(parseManifest(stringify(manifest)));
    const ids = (one: AnswerFile) =>
      leavesOf(treeOf(one))
        .map(({ id }) => id)
        .sort();
    expect(ids(after)).toEqual(ids(before));
  });

  test("what has no place is told", () => {
    const extra = '<x:Extra xmlns:x="urn:x"/>';
    expect(toManifest(file(extra)).leftOut).toEqual(["<x:Extra> of urn:x"]);
  });

  test("XML that is broken is told with its line", () => {
    const broken = AnswerFile.parse(new TextEncoder().encode("<unattend>\n<a>&</unattend>"), { file: "u.xml" });
    expect(() => toManifest(broken)).toThrow(
      expect.objectContaining({ code: "UNATTEND_NOT_WELL_FORMED", file: expect.stringMatching(/^u\.xml:2:/) }),
    );
  });
});

describe("a manifest that is wrong", () => {
  test.each([
    ["locale: { language: xx-YY }", /^m\.yaml:1:21$/, /no language/],
    ["oobe:\n  eulaa: false", /^m\.yaml:2:3$/, /no key "eulaa"/],
    ["localle: {}", /^m\.yaml:1:1$/, /did you mean "locale"/],
    ["storage: { disks: [{ id: 0, layout: uefi }] }", /^m\.yaml:1:/, /"wipe" is missing/],
    ["storage: { disks: [{ id: 0, wipe: false, layout: uefi }] }", /^m\.yaml:1:/, /needs the whole disk/],
    ["target: win12", /^m\.yaml:1:9$/, /no release/],
    ["users: [{ name: 'a:b', groups: [Users] }]", /^m\.yaml:1:17$/, /A user name has none/],
    ["computer: { name: '12345' }", /^m\.yaml:1:/, /name/],
    ["windows: { key: AAAAA-AAAAA-AAAAA-AAAAA-AAAAA }", /^m\.yaml:1:17$/, /no product key/],
    ["windows: { edition: Windows 95 }", /^m\.yaml:1:21$/, /No published key/],
    ["commands: { firstLogon: [{ run: a, log: 'a\"b' }] }", /^m\.yaml:1:/, /path/i],
  ])("%s", (text, file, message) => {
    expect(() => parseManifest(text, "m.yaml")).toThrow(
      expect.objectContaining({
        code: "MANIFEST_INVALID",
        file: expect.stringMatching(file),
        message: expect.stringMatching(message),
      }),
    );
  });

  test("broken YAML, and aliases that multiply", () => {
    expect(() => parseManifest("a: [")).toThrow(expect.objectContaining({ code: "MANIFEST_BAD_YAML" }));
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]`;
    expect(() => parseManifest(bomb)).toThrow(AdkError);
  });
});
