import { DEPLOYMENT, SETUP, SHELL } from "../catalog/component-names.ts";

/** What a setting is for, in our own words, and the registry value that it ends up in where that is common knowledge. */
interface Meaning {
  readonly meaning: string;
  readonly registry?: string;
}

const CURRENT_VERSION = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";
const WINLOGON = `${CURRENT_VERSION}\\Winlogon`;
const POLICIES = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies";
const TERMINAL_SERVER = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server";

/**
 * By component and path. The settings that answer files use most come first; registry values are those that Windows itself
 * documents for the same thing (Winlogon, Terminal Services, UAC policies, OEM information).
 */
const MEANINGS: Readonly<Record<string, Readonly<Record<string, Meaning | string>>>> = {
  [SETUP]: {
    "UserData/AcceptEula": "Accepts the licence terms, so that Setup does not show them.",
    "UserData/FullName": "The user's name that Setup notes as owner.",
    "UserData/Organization": "The organization that Setup notes.",
    "UserData/ProductKey/Key": "Chooses the edition to install; a key that fits no image of the medium stops Setup.",
    "UserData/ProductKey/WillShowUI": "When Setup asks for the key itself.",
    DiskConfiguration: "Erases, creates and formats partitions before the image is applied.",
    "DiskConfiguration/WillShowUI": "When Setup shows its page about disks.",
    "DiskConfiguration/Disk/DiskID": "The number of the disk, from 0, in the order in which Windows PE sees them.",
    "DiskConfiguration/Disk/WillWipeDisk": "Erases everything on this disk.",
    "DiskConfiguration/Disk/CreatePartitions/CreatePartition/Order":
      "The place of the partition on the disk; counted from 1 without gaps.",
    "DiskConfiguration/Disk/CreatePartitions/CreatePartition/Size": "Size in MB; not together with Extend=true.",
    "DiskConfiguration/Disk/CreatePartitions/CreatePartition/Extend":
      "The partition takes the rest of the disk; only the last one can.",
    "DiskConfiguration/Disk/CreatePartitions/CreatePartition/Type":
      "EFI and MSR make a GPT disk; Extended and Logical are for MBR.",
    "DiskConfiguration/Disk/ModifyPartitions/ModifyPartition/PartitionID":
      "Which partition is meant, from 1; an MSR counts, an extended one does not.",
    "DiskConfiguration/Disk/ModifyPartitions/ModifyPartition/TypeID":
      "The type in the partition table: a GUID (GPT) or a byte like 0x27 (MBR).",
    "ImageInstall/OSImage/InstallTo/DiskID": "The disk that gets Windows.",
    "ImageInstall/OSImage/InstallTo/PartitionID": "The partition that gets Windows; it must be formatted with NTFS.",
    "ImageInstall/OSImage/InstallToAvailablePartition":
      "Windows goes to the first partition that is large enough; not together with InstallTo.",
    "ImageInstall/OSImage/InstallFrom/MetaData/Key":
      "By what the image is chosen: /IMAGE/INDEX, /IMAGE/NAME or /IMAGE/DESCRIPTION.",
    "ImageInstall/OSImage/InstallFrom/MetaData/Value": "The number, name or description of the image in install.wim.",
    "DynamicUpdate/Enable": "Whether Setup looks for updates of itself.",
    UseConfigurationSet: "Setup copies what lies beside the answer file to the computer: a configuration set.",
    "RunSynchronous/RunSynchronousCommand/Path":
      "A command that runs in Windows PE before the disks are touched; no shell is implied.",
    EnableFirewall: "Whether the firewall of Windows PE is on.",
  },
  "Microsoft-Windows-International-Core-WinPE": {
    UILanguage: "The language of the Windows that is installed.",
    "SetupUILanguage/UILanguage": "The language of Setup itself.",
    InputLocale: "Keyboards, separated by semicolons; the first is the default.",
    SystemLocale: "The language for programs that know no Unicode.",
    UserLocale: "Formats of dates, numbers and currency.",
    UILanguageFallback: "The language where the first one lacks a text.",
    LayeredDriver: "The kind of a Japanese or Korean keyboard.",
  },
  "Microsoft-Windows-International-Core": {
    UILanguage: "The language of the installed Windows.",
    InputLocale: "Keyboards, separated by semicolons; the first is the default.",
    SystemLocale: "The language for programs that know no Unicode.",
    UserLocale: "Formats of dates, numbers and currency.",
    UILanguageFallback: "The language where the first one lacks a text.",
  },
  [SHELL]: {
    ComputerName: {
      meaning: "The name of the computer, at most 15 bytes; * for a random one. Without effect in oobeSystem.",
      registry: "HKLM\\SYSTEM\\CurrentControlSet\\Control\\ComputerName\\ComputerName : ComputerName",
    },
    TimeZone: {
      meaning: "The time zone by its registry name, in exact letter case.",
      registry: "HKLM\\SYSTEM\\CurrentControlSet\\Control\\TimeZoneInformation : TimeZoneKeyName",
    },
    ProductKey: "The key that Windows is activated with; the edition is chosen by the key in windowsPE.",
    RegisteredOwner: { meaning: "The owner that winver shows.", registry: `${CURRENT_VERSION} : RegisteredOwner` },
    RegisteredOrganization: {
      meaning: "The organization that winver shows.",
      registry: `${CURRENT_VERSION} : RegisteredOrganization`,
    },
    "OOBE/HideEULAPage": "Leaves out the licence terms at the first start.",
    "OOBE/HideOEMRegistrationScreen": "Leaves out the maker's registration.",
    "OOBE/HideOnlineAccountScreens": "Leaves out signing in with a Microsoft account.",
    "OOBE/HideLocalAccountScreen": "Leaves out the page for the administrator's password (servers).",
    "OOBE/HideWirelessSetupInOOBE": "Leaves out joining a wireless network.",
    "OOBE/NetworkLocation": "Was the kind of network; newer Windows ignores it.",
    "OOBE/ProtectYourPC":
      "1 and 2 take the recommended privacy settings, 3 turns them off; set, the page is not shown.",
    "OOBE/SkipMachineOOBE": "Leaves out the whole first start; leaves Windows in a state that is not supported.",
    "OOBE/SkipUserOOBE": "Leaves out the user's part of the first start; not supported.",
    "UserAccounts/AdministratorPassword/Value": "The password of the built-in administrator.",
    "UserAccounts/LocalAccounts/LocalAccount/Group":
      "Groups, separated by semicolons; English names work in every language.",
    "UserAccounts/LocalAccounts/LocalAccount/Name": "The name of the user, at most 20 characters.",
    "AutoLogon/Enabled": { meaning: "Logs the user on without asking.", registry: `${WINLOGON} : AutoAdminLogon` },
    "AutoLogon/Username": { meaning: "Who is logged on.", registry: `${WINLOGON} : DefaultUserName` },
    "AutoLogon/Domain": { meaning: "The domain or computer of the user.", registry: `${WINLOGON} : DefaultDomainName` },
    "AutoLogon/LogonCount": {
      meaning: "How many times; Windows adds one.",
      registry: `${WINLOGON} : AutoLogonCount`,
    },
    "FirstLogonCommands/SynchronousCommand/CommandLine":
      "Runs at the first logon of an administrator, elevated; no shell is implied.",
    "LogonCommands/AsynchronousCommand/CommandLine": "Runs at every logon and is not waited for.",
    "OEMInformation/Manufacturer": {
      meaning: "The maker, as System shows it.",
      registry: "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\OEMInformation : Manufacturer",
    },
    "OEMInformation/Model": {
      meaning: "The model, as System shows it.",
      registry: "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\OEMInformation : Model",
    },
    CopyProfile: "Makes the built-in administrator's profile the one that new users start with.",
  },
  [DEPLOYMENT]: {
    "Reseal/Mode": "Audit restarts into audit mode; OOBE makes the computer ready for its user.",
    "RunSynchronous/RunSynchronousCommand/Path":
      "A command that Setup waits for: in specialize as SYSTEM, in auditUser as the administrator.",
    "RunSynchronous/RunSynchronousCommand/WillReboot":
      "Whether the command is followed by a restart; OnRequest looks at its exit code (1 restart, 2 restart and again).",
  },
  "Microsoft-Windows-UnattendedJoin": {
    "Identification/JoinDomain": "The domain to join; not together with JoinWorkgroup.",
    "Identification/JoinWorkgroup": "The workgroup to join.",
    "Identification/MachineObjectOU": "The organizational unit for the computer account.",
    "Identification/Credentials/Password": "The password of who may join computers; Setup takes it only readable.",
    "OfflineIdentification/Provisioning/AccountData":
      "What djoin /provision made: joins the domain without reaching it.",
  },
  "Microsoft-Windows-LUA-Settings": {
    EnableLUA: { meaning: "User Account Control.", registry: `${POLICIES}\\System : EnableLUA` },
  },
  "Microsoft-Windows-TerminalServices-LocalSessionManager": {
    fDenyTSConnections: {
      meaning: "false lets Remote Desktop in.",
      registry: `${TERMINAL_SERVER} : fDenyTSConnections`,
    },
  },
  "Microsoft-Windows-TerminalServices-RDP-WinStationExtensions": {
    UserAuthentication: {
      meaning: "1: users prove who they are before a session is made.",
      registry: `${TERMINAL_SERVER}\\WinStations\\RDP-Tcp : UserAuthentication`,
    },
  },
  "Microsoft-Windows-ErrorReportingCore": {
    DisableWER: {
      meaning: "1 turns Windows Error Reporting off.",
      registry: "HKLM\\SOFTWARE\\Microsoft\\Windows\\Windows Error Reporting : Disabled",
    },
  },
  "Microsoft-Windows-SQMApi": {
    CEIPEnabled: {
      meaning: "0 keeps out of the Customer Experience Improvement Program.",
      registry: "HKLM\\SOFTWARE\\Microsoft\\SQMClient\\Windows : CEIPEnable",
    },
  },
  "Microsoft-Windows-PartitionManager": {
    SanPolicy: {
      meaning: "Which disks Windows brings online by itself.",
      registry: "HKLM\\SYSTEM\\CurrentControlSet\\Services\\partmgr\\Parameters : SanPolicy",
    },
  },
  "Microsoft-Windows-Security-SPP": {
    SkipRearm: "1 keeps sysprep from setting the activation clock back.",
  },
  "Microsoft-Windows-Security-SPP-UX": {
    SkipAutoActivation: "Windows does not try to activate by itself.",
  },
  "Microsoft-Windows-PnpSysprep": {
    PersistAllDeviceInstalls:
      "Devices stay installed when the image is generalized; only for machines of the same hardware.",
    DoNotCleanUpNonPresentDevices: "Devices that are not there keep their configuration when the image is generalized.",
  },
  "Microsoft-Windows-PnpCustomizationsWinPE": {
    "DriverPaths/PathAndCredentials/Path":
      "A directory with drivers for Windows PE; boot-critical ones are installed too.",
  },
  "Microsoft-Windows-PnpCustomizationsNonWinPE": {
    "DriverPaths/PathAndCredentials/Path": "A directory with drivers that are added to the installed Windows.",
  },
  "Networking-MPSSVC-Svc": {
    "FirewallGroups/FirewallGroup/Group":
      "The name of a group of rules, best as the resource that Windows itself uses.",
    "FirewallGroups/FirewallGroup/Active": "Whether the rules of the group are on.",
  },
};

/** Undefined where nobody wrote it down yet. Exact names, as the catalogue has them. */
export function meaningOf(component: string, path: string): Meaning | undefined {
  const found = MEANINGS[component]?.[path];
  return typeof found === "string" ? { meaning: found } : found;
}

/** Component and path of every setting that is described. */
export function describedSettings(): readonly (readonly [component: string, path: string])[] {
  return Object.entries(MEANINGS).flatMap(([component, paths]) =>
    Object.keys(paths).map((path) => [component, path] as const),
  );
}
