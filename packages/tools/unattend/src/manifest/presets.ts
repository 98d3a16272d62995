import type { UnattendManifest } from "./manifest.ts";

/** A manifest to begin with. */
export interface Preset {
  readonly name: string;
  readonly summary: string;
  readonly manifest: UnattendManifest;
}

const LOCALE = { language: "en-US" } as const;
const UEFI = { disks: [{ id: 0, wipe: true, layout: "uefi" as const }] };
const WINDOWS_11 = { edition: "Windows 11 Pro", acceptEula: true } as const;
const SERVER_2025 = { edition: "Windows Server 2025 Standard", acceptEula: true } as const;
const QUIET_OOBE = { eula: false, oemRegistration: false, onlineAccount: false, wireless: false } as const;

/** The account that Packer and Vagrant boxes have by convention; its password is known to everyone. */
const VAGRANT = {
  oobe: QUIET_OOBE,
  privacy: { expressSettings: false },
  administratorPassword: "vagrant",
  users: [{ name: "vagrant", password: "vagrant", groups: ["Administrators"] }],
  autologon: { user: "vagrant", password: "vagrant", count: 1 },
} satisfies Partial<UnattendManifest>;

const powershell = (script: string) => `powershell.exe -NoProfile -ExecutionPolicy Bypass -Command "${script}"`;

const LOG = "%SystemRoot%\\Temp\\first-logon.log";

export const PRESETS: readonly Preset[] = [
  {
    name: "uefi",
    summary: "Windows 11 Pro on the first disk of a UEFI machine; it asks for the user at the first start",
    manifest: { target: "win11-24h2", locale: LOCALE, storage: UEFI, windows: WINDOWS_11, oobe: { eula: false } },
  },
  {
    name: "bios",
    summary: "Windows 10 Pro on the first disk of a BIOS machine; it asks for the user at the first start",
    manifest: {
      target: "win10-22h2",
      locale: LOCALE,
      storage: { disks: [{ id: 0, wipe: true, layout: "bios" }] },
      windows: { edition: "Windows 10 Pro", acceptEula: true },
      oobe: { eula: false },
    },
  },
  {
    name: "core-server",
    summary:
      "Windows Server 2025 Standard without desktop, with Remote Desktop; it asks for the administrator's password",
    manifest: {
      target: "server2025",
      locale: LOCALE,
      storage: UEFI,
      windows: { ...SERVER_2025, image: 1 },
      computer: { name: "*" },
      remoteDesktop: { networkLevelAuthentication: true },
      oobe: { eula: false },
    },
  },
  {
    name: "audit",
    summary: "Windows 11 Pro that ends in audit mode, to be prepared and sealed again",
    manifest: { target: "win11-24h2", locale: LOCALE, storage: UEFI, windows: WINDOWS_11, audit: true },
  },
  {
    name: "packer-winrm",
    summary: "Windows 11 Pro for Packer: user vagrant, WinRM open after the first logon",
    manifest: {
      target: "win11-24h2",
      locale: LOCALE,
      storage: UEFI,
      windows: WINDOWS_11,
      ...VAGRANT,
      commands: {
        firstLogon: [
          {
            run: powershell("Set-NetConnectionProfile -NetworkCategory Private"),
            description: "WinRM refuses public networks",
            log: LOG,
          },
          {
            run: powershell("Enable-PSRemoting -Force -SkipNetworkProfileCheck"),
            description: "Start WinRM",
            log: LOG,
          },
          {
            run: powershell(
              "Set-Item WSMan:\\localhost\\Service\\AllowUnencrypted $true; Set-Item WSMan:\\localhost\\Service\\Auth\\Basic $true",
            ),
            description: "Let Packer log on with a password",
            log: LOG,
          },
        ],
      },
    },
  },
  {
    name: "packer-openssh",
    summary: "Windows Server 2025 Standard for Packer: user vagrant, OpenSSH server after the first logon",
    manifest: {
      target: "server2025",
      locale: LOCALE,
      storage: UEFI,
      windows: { ...SERVER_2025, image: 2 },
      system: { serverManager: false },
      ...VAGRANT,
      commands: {
        firstLogon: [
          {
            run: powershell("Add-WindowsCapability -Online -Name OpenSSH.Server~~~~0.0.1.0"),
            description: "Add the OpenSSH server",
            log: LOG,
          },
          {
            run: powershell("Set-Service sshd -StartupType Automatic; Start-Service sshd"),
            description: "Start it, now and at every start",
            log: LOG,
          },
          {
            run: powershell("Set-NetFirewallRule -Name OpenSSH-Server-In-TCP -Profile Any -Enabled True"),
            description: "Open port 22",
            log: LOG,
          },
        ],
      },
    },
  },
  {
    name: "kiosk",
    summary: "Windows 11 Enterprise that logs a standard user on and starts a browser in full screen",
    manifest: {
      target: "win11-24h2",
      locale: LOCALE,
      storage: UEFI,
      windows: { edition: "Windows 11 Enterprise", acceptEula: true },
      privacy: { expressSettings: false },
      oobe: QUIET_OOBE,
      users: [{ name: "kiosk", password: "", displayName: "Kiosk", groups: ["Users"] }],
      autologon: { user: "kiosk", password: "", count: 9999999 },
      commands: {
        everyLogon: [
          {
            run: '"%ProgramFiles(x86)%\\Microsoft\\Edge\\Application\\msedge.exe" --kiosk https://www.example.com --edge-kiosk-type=fullscreen',
            description: "The page to show",
          },
        ],
      },
    },
  },
  {
    name: "vm",
    summary: "Windows 11 Pro in a virtual machine: user vm, logged on once, Remote Desktop, no update while Setup runs",
    manifest: {
      target: "win11-24h2",
      locale: LOCALE,
      setup: { dynamicUpdate: false },
      storage: UEFI,
      windows: WINDOWS_11,
      computer: { name: "*" },
      remoteDesktop: { networkLevelAuthentication: true },
      privacy: { expressSettings: false },
      oobe: QUIET_OOBE,
      users: [{ name: "vm", password: "vm", groups: ["Administrators"] }],
      autologon: { user: "vm", password: "vm", count: 1 },
    },
  },
];

export function findPreset(name: string): Preset | undefined {
  return PRESETS.find((preset) => preset.name === name);
}
