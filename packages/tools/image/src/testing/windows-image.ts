import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { HiveEditor, importRegFile, parseRegFile } from "@adk/registry";
import { makeTree } from "@adk/testing";

const TIME = 133_500_000_000_000_000n;
const VERSION = "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";
const WINDOWS = "SOFTWARE\\Microsoft\\Windows\\CurrentVersion";
const CBS = `${WINDOWS}\\Component Based Servicing`;
const FOUNDATION = "Microsoft-Windows-Foundation-Package~31bf3856ad364e35~amd64~~10.0.22621.1";
export const ROLLUP = "Package_for_RollupFix~31bf3856ad364e35~amd64~~22621.3007.1.9";

/** The registry of a small Windows that nobody made but us: keys by hive, as .reg files write them. */
const HIVES: Readonly<Record<string, string>> = {
  SOFTWARE: `
[${VERSION}]
"ProductName"="Windows 10 Pro"
"EditionID"="Professional"
"InstallationType"="Client"
"CurrentBuildNumber"="22621"
"UBR"=dword:00000bbf
"CurrentMajorVersionNumber"=dword:0000000a
"CurrentMinorVersionNumber"=dword:00000000
"DisplayVersion"="22H2"
"BuildLabEx"="22621.1.amd64fre.ni_release.220506-1250"
"InstallDate"=dword:65b0a000
"RegisteredOwner"="Anna"
[${VERSION}\\Time Zones\\W. Europe Standard Time]
"MUI_Std"="@tzres.dll,-322"
"MUI_Dlt"="@tzres.dll,-321"
"TZI"=hex:c4,ff,ff,ff,00,00,00,00,c4,ff,ff,ff,00,00,0a,00,00,00,05,00,03,00,00,00,00,00,00,00,00,00,03,00,00,00,05,00,02,00,00,00,00,00,00,00
[${VERSION}\\ProfileList\\S-1-5-21-1-2-3-1001]
"ProfileImagePath"="C:\\\\Users\\\\Anna"
[${VERSION}\\ProfileList]
"Default"="C:\\\\Users\\\\Default"
[${CBS}]
"Corrupt"=dword:00000001
[${CBS}\\SessionsPending]
"Exclusive"=dword:00000000
"TotalSessionPhases"=dword:00000000
[${CBS}\\Packages\\${FOUNDATION}]
"CurrentState"=dword:00000070
"Visibility"=dword:00000001
[${CBS}\\Packages\\${FOUNDATION}\\Updates]
"TelnetClient"=dword:00000004
"NetFx3"=dword:00000007
"Odd"=dword:00000063
[${CBS}\\Packages\\${ROLLUP}]
"CurrentState"=dword:00000060
"Visibility"=dword:00000001
"InstallTimeHigh"=dword:01da5000
"InstallTimeLow"=dword:00000000
[${CBS}\\Packages\\Part~31bf3856ad364e35~amd64~~1.0.0.0]
"CurrentState"=dword:00000070
"Visibility"=dword:00000002
[${CBS}\\CapabilityIndex\\App.StepsRecorder~~~~0.0.1.0\\${FOUNDATION}]
[${CBS}\\CapabilityIndex\\Language.OCR~~~de-DE~0.0.1.0]
[${WINDOWS}\\Appx\\AppxAllUserStore\\Applications\\Contoso.Weather_4.52.0.0_neutral_~_8wekyb3d8bbwe]
"Path"="C:\\\\Program Files\\\\WindowsApps\\\\Contoso.Weather\\\\AppxManifest.xml"
[${WINDOWS}\\Appx\\AppxAllUserStore\\Applications\\Contoso.News_1.0.0.0_x64__abcdefghjkmnp]
[${WINDOWS}\\Uninstall\\{11111111-2222-3333-4444-555555555555}]
"DisplayName"="Contoso Tools"
"DisplayVersion"="1.2.3"
"UninstallString"="MsiExec.exe /X{11111111-2222-3333-4444-555555555555}"
"EstimatedSize"=dword:00000400
"WindowsInstaller"=dword:00000001
[${WINDOWS}\\Uninstall\\Hidden]
"DisplayName"="Part of Windows"
"SystemComponent"=dword:00000001
[SOFTWARE\\WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\Old]
"DisplayName"="Old Tool"
"Version"=dword:01020003
"UninstallString"="old.exe /u"
`,
  SYSTEM: `
[SYSTEM\\Select]
"Current"=dword:00000001
[SYSTEM\\ControlSet001\\Control\\MUI\\UILanguages\\en-US]
[SYSTEM\\ControlSet001\\Control\\Nls\\Language]
"Default"="0409"
[SYSTEM\\ControlSet001\\Control\\TimeZoneInformation]
"TimeZoneKeyName"="Pacific Standard Time"
[SYSTEM\\ControlSet001\\Services\\Spooler]
"Type"=dword:00000110
"Start"=dword:00000002
"DisplayName"="Print Spooler"
"ImagePath"=hex(2):25,00,53,00,79,00,73,00,74,00,65,00,6d,00,00,00
"ObjectName"="LocalSystem"
[SYSTEM\\ControlSet001\\Services\\disk]
"Type"=dword:00000001
"Start"=dword:00000000
"Group"="SCSI Class"
[SYSTEM\\ControlSet001\\Services\\disk\\Enum]
`,
  DRIVERS: "\n[DRIVERS\\DriverDatabase]\n",
};

const USER = `
[HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\Mine]
"DisplayName"="My Tool"
"UninstallString"="mine.exe /u"
[HKEY_CURRENT_USER\\Environment]
`;

/** A hive that has what the text of a .reg file (without its first line) says. */
function hiveOf(text: string, root: string): Uint8Array {
  const editor = HiveEditor.create({ time: TIME });
  const full = text.replaceAll(/^\[(?!HKEY_)/gm, "[HKEY_LOCAL_MACHINE\\");
  importRegFile(editor, parseRegFile(new TextEncoder().encode(`Windows Registry Editor Version 5.00\r\n${full}`)), {
    root,
  });
  return editor.toBytes();
}

/** A directory with a small offline Windows. */
export async function makeWindows(): Promise<string> {
  const root = await makeTree({
    "Windows/System32/notepad.exe": "notepad",
    "Windows/System32/config/": "",
    "Windows/WinSxS/a.manifest": "manifest",
    [`Windows/servicing/Packages/${ROLLUP}.mum`]: `<?xml version="1.0"?><assembly xmlns="urn:schemas-microsoft-com:asm.v3" displayName="Rollup"><package identifier="KB5034123" releaseType="Security Update"/></assembly>`,
    "Windows/servicing/Editions/EditionMatrix.xml":
      '<?xml version="1.0"?><TmiMatrix><Edition ID="Core"><Target ID="Professional"/></Edition><Edition ID="Professional"><Target ID="Education"/><Target ID="Enterprise"/></Edition></TmiMatrix>',
    "Program Files/WindowsApps/Contoso.News_1.0.0.0_x64__abcdefghjkmnp/app.exe": "app",
    "Users/Anna/": "",
    "Users/Default/": "",
  });
  const config = join(root, "Windows/System32/config");
  for (const [name, text] of Object.entries(HIVES)) {
    await writeFile(join(config, name), hiveOf(text, `HKEY_LOCAL_MACHINE\\${name}`));
  }
  for (const user of ["Anna", "Default"]) {
    await writeFile(join(root, "Users", user, "NTUSER.DAT"), hiveOf(user === "Anna" ? USER : "", "HKEY_CURRENT_USER"));
  }
  return root;
}
