import { describe, expect, test } from "vitest";
import { AnswerFile } from "../document/answer-file.ts";
import { parseRelease } from "../facts/releases.ts";
import { COMPLETE, one, section, unattend } from "../testing/answer-files.ts";
import { RULES } from "./families.ts";
import { validate } from "./validate.ts";

const shell = (settings: string, pass = "oobeSystem") => one(pass, "Microsoft-Windows-Shell-Setup", settings);
const setup = (settings: string) => one("windowsPE", "Microsoft-Windows-Setup", settings);
const text = (source: string) => AnswerFile.fromText(source);

/** Partitions as `Type size`, `rest` for Extend; changes as `ID:Setting=value,...`. */
function disk(partitions: string, changes = "", install = "", wipe = "true"): AnswerFile {
  const create = partitions.split(" ").map((each, index) => {
    const [type, size] = each.split(":");
    const extent = size === "rest" ? "<Extend>true</Extend>" : size ? `<Size>${size}</Size>` : "";
    return `<CreatePartition wcm:action="add"><Order>${index + 1}</Order><Type>${type}</Type>${extent}</CreatePartition>`;
  });
  const modify = changes
    .split(" ")
    .filter(Boolean)
    .map((each, index) => {
      const [id, settings = ""] = each.split(":");
      const elements = settings
        .split(",")
        .filter(Boolean)
        .map((pair) => pair.replace(/(.*)=(.*)/, "<$1>$2</$1>"));
      return `<ModifyPartition wcm:action="add"><Order>${index + 1}</Order><PartitionID>${id}</PartitionID>${elements.join("")}</ModifyPartition>`;
    });
  const image =
    install &&
    `<ImageInstall><OSImage><InstallFrom><MetaData wcm:action="add"><Key>/IMAGE/INDEX</Key><Value>1</Value></MetaData></InstallFrom>${install}</OSImage></ImageInstall>`;
  return setup(`<DiskConfiguration><Disk wcm:action="add"><DiskID>0</DiskID><WillWipeDisk>${wipe}</WillWipeDisk>
<CreatePartitions>${create.join("")}</CreatePartitions>
<ModifyPartitions>${modify.join("")}</ModifyPartitions></Disk></DiskConfiguration>
${image}<UserData><AcceptEula>true</AcceptEula></UserData>`);
}

const to = (partition: number, diskId = 0) =>
  `<InstallTo><DiskID>${diskId}</DiskID><PartitionID>${partition}</PartitionID></InstallTo>`;
const command = (line: string) =>
  one(
    "specialize",
    "Microsoft-Windows-Deployment",
    `<RunSynchronous><RunSynchronousCommand wcm:action="add"><Order>1</Order><Path>${line}</Path></RunSynchronousCommand></RunSynchronous>`,
  );
const tcpip = (inner: string) =>
  one(
    "specialize",
    "Microsoft-Windows-TCPIP",
    `<Interfaces><Interface wcm:action="add">${inner}</Interface></Interfaces>`,
  );
const join = (inner: string) =>
  one("specialize", "Microsoft-Windows-UnattendedJoin", `<Identification>${inner}</Identification>`);
const account = (inner: string) =>
  shell(
    `<UserAccounts><LocalAccounts><LocalAccount wcm:action="add">${inner}</LocalAccount></LocalAccounts></UserAccounts>`,
  );
const locale = (inner: string) => one("windowsPE", "Microsoft-Windows-International-Core-WinPE", inner);
const audit = section("auditUser", "Microsoft-Windows-Deployment", "<Reseal><Mode>OOBE</Mode></Reseal>");
const PASSWORD = "<Password><Value>cABQAGEAcwBzAHcAbwByAGQA</Value><PlainText>false</PlainText></Password>";
const GPT = "EFI:260 MSR:16 Primary:rest";

/** For each rule files that it finds something in, with the place; the release is given where it matters. */
const EXAMPLES: Readonly<Record<string, readonly (readonly [AnswerFile, string?])[]>> = {
  "not-well-formed": [[text(COMPLETE.replace("UTC", "&"))]],
  "document-type": [[text(`<!DOCTYPE unattend>${unattend()}`)]],
  encoding: [[text(COMPLETE.replace("utf-8", "utf-16"))]],
  "too-large": [[text("<a>".repeat(1000))]],
  root: [[text("<answers/>")], [text("<unattend/>")]],
  "unattend-child": [[text(unattend("<Extensions/>"))]],
  "element-order": [[text(unattend('<settings pass="oobeSystem"/>', "<servicing/>"))]],
  "unknown-attribute": [[text(COMPLETE.replace("pass=", "pass_="))]],
  "missing-attribute": [[text(COMPLETE.replace(' pass="specialize"', ""))]],
  "bad-attribute": [[text(COMPLETE.replace('"specialize"', '"specialise"'))]],
  "stray-text": [[text(COMPLETE.replace("<settings", "x<settings"))]],
  "processed-pass": [[text(COMPLETE.replace('"specialize"', '"specialize" wasPassProcessed="true"'))]],
  "placeholder-left": [
    [text(COMPLETE.replace("amd64", "{{ arch }}"))],
    [shell("<TimeZone>{{ zone }}</TimeZone>", "specialize")],
  ],
  "unknown-component": [[one("specialize", "Microsoft-Windows-Shel-Setup", "<x/>")]],
  "component-pass": [[one("windowsPE", "Microsoft-Windows-International-Core", "<UserLocale>de-DE</UserLocale>")]],
  "name-case": [
    [one("specialize", "microsoft-windows-shell-setup", "<TimeZone>UTC</TimeZone>")],
    [shell("<timezone>UTC</timezone>", "specialize")],
  ],
  "empty-component": [[shell("")]],
  "dup-component": [
    [
      text(
        COMPLETE.replace(
          "</component>\n  </settings>",
          `</component>\n${/ {4}<component[^>]*>/.exec(COMPLETE)?.[0]}</component>\n  </settings>`,
        ),
      ),
    ],
  ],
  "several-architectures": [
    [
      text(
        COMPLETE.replace(
          "</component>\n  </settings>",
          `</component>\n${/ {4}<component[^>]*>/.exec(COMPLETE)?.[0]?.replace("amd64", "x86")}<EnableNetwork>true</EnableNetwork></component>\n  </settings>`,
        ),
      ),
    ],
  ],
  "dup-pass": [[text(unattend('<settings pass="specialize"/>', '<settings pass="specialize"/>'))]],
  wow64: [[text(COMPLETE.replace("amd64", "wow64"))]],
  architecture: [
    [text(COMPLETE.replaceAll("amd64", "x86")), "win11"],
    [text(COMPLETE.replaceAll("amd64", "arm64")), "win7"],
  ],
  "public-key-token": [
    [text(COMPLETE.replace("31bf3856ad364e35", "0000000000000000"))],
    [text(COMPLETE.replace('"neutral"', '"de-DE"'))],
  ],
  "unknown-setting": [[shell("<OOBE><HideEulaPages>true</HideEulaPages></OOBE>")]],
  "setting-pass": [[shell("<ComputerName>A</ComputerName>")]],
  "documented-pass": [
    [one("oobeSystem", "Microsoft-Windows-IE-ClientNetworkProtocolImplementation", "<CacheLimit>1</CacheLimit>")],
  ],
  "dup-setting": [[shell("<TimeZone>UTC</TimeZone><TimeZone>UTC</TimeZone>", "specialize")]],
  "not-a-group": [
    [shell("<TimeZone><x/></TimeZone>", "specialize")],
    [shell("<TimeZone><TimeZone>UTC</TimeZone></TimeZone>", "specialize")],
  ],
  "foreign-element": [[shell('<x xmlns="urn:x"/><TimeZone>UTC</TimeZone>', "specialize")]],
  "stray-value": [[shell("<OOBE>true</OOBE>")]],
  "list-no-action": [[text(COMPLETE.replace(' wcm:action="add"', ""))]],
  "list-action": [[text(COMPLETE.replace('"add"', '"Add"'))]],
  "list-no-key": [[text(COMPLETE.replace("<DiskID>0</DiskID>", ""))]],
  "list-dup-key": [[text(COMPLETE.replace("<Order>2</Order>", "<Order>1</Order>"))]],
  "list-no-keyvalue": [
    [
      tcpip(
        '<Identifier>a</Identifier><UnicastIpAddresses><IpAddress wcm:action="add">192.0.2.1/24</IpAddress></UnicastIpAddresses>',
      ),
    ],
  ],
  "bad-value": [
    [shell("<OOBE><HideEULAPage>yes</HideEULAPage></OOBE>")],
    [shell("<OOBE><ProtectYourPC>x</ProtectYourPC></OOBE>")],
    [setup("<Restart>Reboot</Restart>")],
  ],
  "value-case": [[shell("<OOBE><HideEULAPage>True</HideEULAPage></OOBE>")], [setup("<Restart>shutdown</Restart>")]],
  "out-of-range": [[shell("<OOBE><ProtectYourPC>4</ProtectYourPC></OOBE>")]],
  "too-long": [[shell(`<ComputerName>${"a".repeat(16)}</ComputerName>`, "specialize")], [command("x".repeat(260))]],
  "bad-pattern": [
    [
      one(
        "oobeSystem",
        "Microsoft-Windows-MobilePC-Sensors-API",
        '<SensorPermissions><Sensor wcm:action="add"><GUID>x</GUID></Sensor></SensorPermissions>',
      ),
    ],
  ],
  "empty-value": [[shell("<OOBE><ProtectYourPC></ProtectYourPC></OOBE>")]],
  "empty-text": [[setup("<UserData><AcceptEula>true</AcceptEula><FullName/></UserData>")]],
  "unlisted-value": [[disk(GPT, "3:Format=ReFS")]],
  "too-new": [[shell("<OOBE><HideOnlineAccountScreens>true</HideOnlineAccountScreens></OOBE>"), "win7"]],
  "removed-setting": [[shell("<Themes><ScreenSaver>x</ScreenSaver></Themes>", "specialize"), "win11"]],
  "deprecated-setting": [[shell("<OOBE><NetworkLocation>Work</NetworkLocation></OOBE>")]],
  "unused-pass": [[text(unattend('<settings pass="oobeUser"/>'))]],
  "accept-eula": [[setup(`<ImageInstall><OSImage>${to(1)}</OSImage></ImageInstall>`)]],
  "audit-unused": [[text(unattend(audit))]],
  "disk-size": [[disk("Primary")]],
  "disk-order": [[text(COMPLETE.replace("<Order>3</Order>", "<Order>5</Order>"))]],
  "disk-extend": [[disk("Primary:rest Primary:100")]],
  "disk-extend-twice": [[disk("Primary:rest", "1:Active=true,Extend=true")]],
  "disk-extend-gpt": [[disk("EFI:100 MSR:16 Primary:20000", "3:Extend=true")]],
  "disk-style": [
    [disk("EFI:100 MSR:16 Extended:100")],
    [disk("Logical:100")],
    [disk("Primary:1 Primary:1 Primary:1 Extended:9 Primary:1")],
  ],
  "disk-msr": [[disk("EFI:100 Primary:rest")]],
  "disk-efi": [[disk("MSR:16 Primary:rest")]],
  "disk-efi-format": [[disk(GPT, "1:Format=NTFS")]],
  "disk-partition": [[disk(GPT, "4:Format=NTFS")]],
  "disk-modify": [[disk(GPT, "2:Format=NTFS")]],
  "disk-active": [[disk(GPT, "3:Active=true")], [disk("Primary:100 Primary:rest", "1:Active=true 2:Active=true")]],
  "disk-active-missing": [[disk("Primary:20000 Extended:rest")]],
  "disk-letter": [[disk(GPT, "1:Letter=C 3:Letter=C")], [disk(GPT, "3:Letter=X")]],
  "disk-small": [[disk("EFI:50 MSR:16 Primary:rest")], [disk("EFI:100 MSR:16 Primary:5000", "", to(3))]],
  "disk-not-wiped": [[disk(GPT, "", "", "false")]],
  "disk-wiped-other": [[disk(GPT, "", to(3, 1))]],
  "install-to": [[disk(GPT, "", to(1))], [disk(GPT, "", to(4))], [disk(GPT, "3:Format=FAT32", to(3))]],
  "install-to-both": [[disk(GPT, "", `${to(3)}<InstallToAvailablePartition>true</InstallToAvailablePartition>`)]],
  "product-key": [[setup("<UserData><ProductKey><Key>AAAAA-BBBBB</Key></ProductKey></UserData>")]],
  "product-key-generation": [
    [setup("<UserData><ProductKey><Key>VK7JG-NPHTM-C97JM-9MPGT-3V66T</Key></ProductKey></UserData>"), "win7"],
  ],
  "product-key-edition": [
    [setup("<UserData><ProductKey><Key>VK7JG-NPHTM-C97JM-9MPGT-3V66T</Key></ProductKey></UserData>"), "server2022"],
  ],
  "image-choice": [[setup(`<ImageInstall><OSImage>${to(1)}</OSImage></ImageInstall>`)]],
  "image-metadata": [
    [
      setup(
        '<ImageInstall><OSImage><InstallFrom><MetaData wcm:action="add"><Key>/IMAGE/INDEX</Key><Value>Pro</Value></MetaData></InstallFrom></OSImage></ImageInstall>',
      ),
    ],
  ],
  "product-key-generic": [[shell("<ProductKey>VK7JG-NPHTM-C97JM-9MPGT-3V66T</ProductKey>", "specialize")]],
  locale: [[locale("<UILanguage>de-XX</UILanguage>")]],
  "input-locale": [[locale("<InputLocale>german</InputLocale>")]],
  keyboard: [[locale("<InputLocale>0407:ffff0407</InputLocale>")]],
  "image-language": [[locale("<UILanguage>de-LI</UILanguage>")]],
  "time-zone": [[shell("<TimeZone>Europe/Berlin</TimeZone>", "specialize")]],
  "time-zone-case": [[shell("<TimeZone>utc</TimeZone>", "specialize")]],
  "command-reboot": [[command("shutdown /r /t 0")], [command("powershell -Command Restart-Computer")]],
  "command-shell": [[command("echo x")], [command("a.exe &amp;&amp; b.exe")]],
  "command-quotes": [[command('cmd /c "x')]],
  "command-network": [[command("\\\\server\\share\\x.exe")]],
  "command-order": [
    [
      text(
        COMPLETE.replace(
          /<Order>1<.Order>\s+<CommandLine/,
          '<Order>1</Order><CommandLine>x</CommandLine></SynchronousCommand><SynchronousCommand wcm:action="add"><Order>5</Order><CommandLine',
        ),
      ),
    ],
  ],
  "command-credentials": [
    [
      one(
        "specialize",
        "Microsoft-Windows-Deployment",
        '<RunSynchronous><RunSynchronousCommand wcm:action="add"><Order>1</Order><Path>x</Path><Credentials><Username>u</Username></Credentials></RunSynchronousCommand></RunSynchronous>',
      ),
    ],
  ],
  "first-logon": [[text(COMPLETE.replace("<Enabled>true", "<Enabled>false"))]],
  "command-policy": [[command("powershell -File x.ps1")]],
  "plain-password": [[account("<Name>A</Name><Password><Value>x</Value><PlainText>true</PlainText></Password>")]],
  "bad-hidden-password": [[account("<Name>A</Name><Password><Value>!</Value><PlainText>false</PlainText></Password>")]],
  "hidden-password-suffix": [
    [account("<Name>A</Name><Password><Value>YQBiAGMA</Value><PlainText>false</PlainText></Password>")],
  ],
  "password-mark": [[account("<Name>A</Name><Password><Value>x</Value></Password>")]],
  "password-form": [[account("<Name>A</Name><Password>x</Password>")]],
  "password-deleted": [
    [account("<Name>A</Name><Password><Value>*SENSITIVE*DATA*DELETED*</Value><PlainText>true</PlainText></Password>")],
  ],
  "plain-credentials": [
    [
      join(
        "<JoinDomain>d</JoinDomain><Credentials><Domain>d</Domain><Username>u</Username><Password>p</Password></Credentials>",
      ),
    ],
  ],
  "account-name": [[account(`<Name>a/b</Name>${PASSWORD}`)]],
  "account-group": [[account(`<Name>A</Name><Group>Admins</Group>${PASSWORD}`)]],
  "account-password": [[account("<Name>A</Name>")]],
  "account-built-in": [[account(`<Name>Administrator</Name>${PASSWORD}`)]],
  "autologon-count": [[text(COMPLETE.replace("<LogonCount>1</LogonCount>", ""))]],
  "autologon-user": [[text(COMPLETE.replace("<Username>Ann", "<Username>Bob"))]],
  "autologon-password": [[text(COMPLETE.replace(/(<AutoLogon>[\s\S]*<Value>)[^<]*/, "$1AABQAGEAcwBzAHcAbwByAGQA"))]],
  "computer-name": [
    [shell("<ComputerName>a b</ComputerName>", "specialize")],
    [shell("<ComputerName>123</ComputerName>", "specialize")],
    [shell("<ComputerName>äöüäöüäöü</ComputerName>", "specialize")],
  ],
  "no-account": [
    [
      shell(
        "<OOBE><HideOnlineAccountScreens>true</HideOnlineAccountScreens><HideLocalAccountScreen>true</HideLocalAccountScreen></OOBE>",
      ),
    ],
  ],
  "join-both": [[join("<JoinDomain>d</JoinDomain><JoinWorkgroup>w</JoinWorkgroup>")]],
  "join-credentials": [[join("<JoinDomain>d</JoinDomain>")]],
  "join-unsecure": [
    [join("<JoinDomain>d</JoinDomain><UnsecureJoin>true</UnsecureJoin><Credentials><Domain>d</Domain></Credentials>")],
  ],
  "join-unit": [[join("<JoinDomain>d</JoinDomain><MachineObjectOU>Computers</MachineObjectOU>")]],
  "join-timeout": [[join("<JoinDomain>d</JoinDomain><TimeoutPeriodInMinutes>90</TimeoutPeriodInMinutes>")]],
  "ip-address": [
    [
      tcpip(
        '<Identifier>a</Identifier><UnicastIpAddresses><IpAddress wcm:action="add" wcm:keyValue="1">192.0.2/24</IpAddress></UnicastIpAddresses>',
      ),
    ],
  ],
  "ip-prefix": [
    [
      tcpip(
        '<Identifier>a</Identifier><UnicastIpAddresses><IpAddress wcm:action="add" wcm:keyValue="1">192.0.2.1</IpAddress></UnicastIpAddresses>',
      ),
    ],
  ],
  "dhcp-static": [
    [
      tcpip(
        '<Identifier>a</Identifier><UnicastIpAddresses><IpAddress wcm:action="add" wcm:keyValue="1">192.0.2.1/24</IpAddress></UnicastIpAddresses>',
      ),
    ],
  ],
  "interface-order": [
    [tcpip("<Identifier>a</Identifier><Ipv4Settings><DhcpEnabled>true</DhcpEnabled></Ipv4Settings>")],
  ],
  gateway: [
    [
      tcpip(
        '<Ipv4Settings><DhcpEnabled>false</DhcpEnabled></Ipv4Settings><Identifier>a</Identifier><UnicastIpAddresses><IpAddress wcm:action="add" wcm:keyValue="1">192.0.2.1/24</IpAddress></UnicastIpAddresses><Routes><Route wcm:action="add"><Identifier>0</Identifier><Prefix>0.0.0.0/0</Prefix><NextHopAddress>198.51.100.1</NextHopAddress></Route></Routes>',
      ),
    ],
  ],
  "key-order": [
    [
      one(
        "specialize",
        "Microsoft-Windows-DNS-Client",
        '<Interfaces><Interface wcm:action="add"><Identifier>a</Identifier><DNSServerSearchOrder><IpAddress wcm:action="add" wcm:keyValue="first">192.0.2.1</IpAddress></DNSServerSearchOrder></Interface></Interfaces>',
      ),
    ],
  ],
  "removed-tool": [
    [command("wmic useraccount list"), "win11-24h2"],
    [command("cmd /c oobe\\bypassnro.cmd"), "win11-25h2"],
  ],
  "hardware-checks": [[command("reg add HKLM\\SYSTEM\\Setup\\LabConfig /v BypassTPMCheck /t REG_DWORD /d 1")]],
  "bypass-nro": [[command("reg add HKLM\\x /v BypassNRO /t REG_DWORD /d 1")]],
  "new-setup": [[setup("<DynamicUpdate><WillShowUI>OnError</WillShowUI></DynamicUpdate>"), "win11-24h2"]],
};

describe("each rule finds what it is for", () => {
  const cases = Object.entries(EXAMPLES).flatMap(([rule, files]) =>
    files.map(([file, target], index) => ({ rule, index, file, target })),
  );
  test.each(cases)("$rule $index", ({ rule, file, target }) => {
    const { findings } = validate(file, target === undefined ? {} : { target: parseRelease(target) });
    expect(findings.map((finding) => finding.rule)).toContain(rule);
  });

  test("every rule has an example, and an explanation", () => {
    expect(Object.keys(EXAMPLES).sort()).toEqual([...RULES.keys()].sort());
    for (const { summary, explanation } of RULES.values())
      expect([summary, explanation].every((each) => each.endsWith("."))).toBe(true);
  });
});

test("a file in which nothing is wrong has no finding, for any current Windows", () => {
  expect(validate(text(COMPLETE)).findings).toEqual([]);
  for (const target of ["win10-22h2", "win11-24h2", "win11-25h2", "server2025"]) {
    expect(validate(text(COMPLETE), { target: parseRelease(target) }).findings).toEqual([]);
  }
});
