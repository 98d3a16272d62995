import { createHash } from "node:crypto";
import { makeSampleCatalog, makeTestSigner } from "@adk/pe/testing";

/** The extended key usage of drivers that passed Microsoft's tests. The signer here is nobody but us. */
const WHQL = "1.3.6.1.4.1.311.10.3.5";
export const SIGNER_NAME = "Microsoft Windows Hardware Compatibility Publisher";
const SIGNER = makeTestSigner(SIGNER_NAME, { usage: WHQL });

/** A storage driver of the shape of viostor's, with its identifiers: its registry in a real Windows is known. */
export const STORAGE_INF = `[Version]
Signature="$Windows NT$"
Class=SCSIAdapter
ClassGUID={4D36E97B-E325-11CE-BFC1-08002BE10318}
Provider=%VENDOR%
DriverVer=12/02/2021,100.90.104.21500
CatalogFile=acmestor.cat
PnpLockdown=1
[SourceDisksNames]
1 = %DiskId1%,,,""
[SourceDisksFiles]
acmestor.sys = 1,,
[DestinationDirs]
Files_Driver = 12
[Manufacturer]
%VENDOR% = Acme,NTamd64
[Acme.NTamd64]
%AcmeScsi.DeviceDesc% = scsi_inst, PCI\\VEN_1AF4&DEV_1001&SUBSYS_00021AF4&REV_00, PCI\\VEN_1AF4&DEV_1001
%AcmeScsi.DeviceDesc% = scsi_inst, PCI\\VEN_1AF4&DEV_1042&SUBSYS_11001AF4&REV_01, PCI\\VEN_1AF4&DEV_1042
[Files_Driver]
acmestor.sys,,,2
[scsi_inst]
CopyFiles=Files_Driver
[scsi_inst.Services]
AddService = acmestor, 0x00000002, Service_Inst, EventLog_Inst
[Service_Inst]
ServiceType = 1
StartType = %SERVICE_BOOT_START%
ErrorControl = 1
ServiceBinary = %12%\\acmestor.sys
LoadOrderGroup = SCSI miniport
AddReg = pnpsafe
[scsi_inst.HW]
AddReg = msix
[EventLog_Inst]
AddReg = EventLog_AddReg
[EventLog_AddReg]
HKR,,EventMessageFile,0x00020000,"%%SystemRoot%%\\System32\\IoLogMsg.dll"
HKR,,TypesSupported,0x00010001,7
[pnpsafe]
HKR, "Parameters\\PnpInterface", "5", 0x00010001, 1
HKR, "Parameters", "BusType", 0x00010001, 1
[msix]
HKR, "Interrupt Management",, 0x00000010
HKR, "Interrupt Management\\MessageSignaledInterruptProperties",, 0x00000010
HKR, "Interrupt Management\\MessageSignaledInterruptProperties", MSISupported, 0x00010001, 1
HKR, "Interrupt Management\\MessageSignaledInterruptProperties", MessageNumberLimit, 0x00010001, 256
HKR, "Interrupt Management\\Affinity Policy",, 0x00000010
HKR, "Interrupt Management\\Affinity Policy", DevicePolicy, 0x00010001, 5
[Strings]
VENDOR = "Red Hat, Inc."
DiskId1 = "disk"
AcmeScsi.DeviceDesc = "Red Hat VirtIO SCSI controller"
SERVICE_BOOT_START = 0
`;

/** A network driver, which Windows starts without; with a file for its own folder and a service program. */
export const NETWORK_INF = `[Version]
Signature="$Windows NT$"
Class=Net
ClassGUID={4d36e972-e325-11ce-bfc1-08002be10318}
Provider="Acme"
DriverVer=11/19/2020,100.83.104.19000
CatalogFile=acmenet.cat
[SourceDisksNames]
1 = disk,,,x64
[SourceDisksFiles]
acmenet.sys = 1
[DestinationDirs]
DefaultDestDir = 12
[Manufacturer]
"Acme" = Acme,NTamd64.6.2
[Acme.NTamd64.6.2]
"Acme adapter" = net, PCI\\VEN_1AF4&DEV_1000, PCI\\VEN_1AF4
[net]
FeatureScore = F9
CopyFiles = @acmenet.sys
[net.Services]
AddService = acmenet, 2, Service_Inst
[Service_Inst]
ServiceType = 1
StartType = 3
ErrorControl = 1
ServiceBinary = %12%\\acmenet.sys
`;

/** The files of a driver package, signed by us: `acmestor.inf`, the files that are given, and the catalog. */
export function driverFiles(
  name: string,
  inf: string,
  files: Readonly<Record<string, string>>,
): Record<string, string | Uint8Array> {
  const all = { [`${name}.inf`]: inf, ...files };
  const members = Object.entries(all).map(([path, content]) => ({
    digest: createHash("sha256").update(content).digest(),
    attributes: { File: path },
  }));
  return { ...all, [`${name}.cat`]: makeSampleCatalog({ members }, SIGNER) };
}
