// INF files of the shape that real drivers have.

/** A storage controller that Windows starts from; with sections for two architectures and several versions. */
export const STORAGE_INF = `; A driver of a storage controller
[Version]
Signature="$Windows NT$"
Class=SCSIAdapter
;ClassGUID={00000000-0000-0000-0000-000000000000}
ClassGUID={4D36E97B-E325-11CE-BFC1-08002BE10318}
Provider=%VENDOR%
DriverVer = 02/25/2024,100.94.104.24800
CatalogFile=acmestor.cat
PnpLockdown=1

[SourceDisksNames]
1 = %DiskId1%,,,""

[SourceDisksFiles]
acmestor.sys = 1,,

[DestinationDirs]
acmestor_Files_Driver = 12

[Manufacturer]
%VENDOR%   = AcmeStor,NTamd64,NTarm64.10.0...16299

[AcmeStor.NTamd64]
%AcmeStor.DeviceDesc% = scsi_inst, PCI\\VEN_1AF4&DEV_1001&SUBSYS_00021AF4&REV_00, PCI\\VEN_1AF4&DEV_1001
%AcmeStor.DeviceDesc% = scsi_inst, PCI\\VEN_1AF4&DEV_1042&SUBSYS_11001AF4&REV_01, PCI\\VEN_1AF4&DEV_1042

[AcmeStor.NTarm64.10.0...16299]
%AcmeStor.DeviceDesc% = scsi_inst, PCI\\VEN_1AF4&DEV_1001

[acmestor_Files_Driver]
acmestor.sys,,,2

[scsi_inst]
CopyFiles=acmestor_Files_Driver

[scsi_inst.Services]
AddService = acmestor, 0x00000002 , scsi_Service_Inst, scsi_EventLog_Inst

[scsi_Service_Inst]
ServiceType    = %SERVICE_KERNEL_DRIVER%
StartType      = %SERVICE_BOOT_START%
ErrorControl   = %SERVICE_ERROR_NORMAL%
ServiceBinary  = %12%\\acmestor.sys
LoadOrderGroup = SCSI miniport
AddReg         = pnpsafe_pci_addreg

[scsi_inst.HW]
AddReg         = pnpsafe_pci_addreg_msix

[scsi_EventLog_Inst]
AddReg = scsi_EventLog_AddReg

[scsi_EventLog_AddReg]
HKR,,EventMessageFile,%REG_EXPAND_SZ%,"%%SystemRoot%%\\System32\\IoLogMsg.dll"
HKR,,TypesSupported,%REG_DWORD%,7

[pnpsafe_pci_addreg]
HKR, "Parameters\\PnpInterface", "5", %REG_DWORD%, 0x00000001
HKR, "Parameters", "BusType", %REG_DWORD%, 0x00000001

[pnpsafe_pci_addreg_msix]
HKR, "Interrupt Management",, 0x00000010
HKR, "Interrupt Management\\MessageSignaledInterruptProperties",, 0x00000010
HKR, "Interrupt Management\\MessageSignaledInterruptProperties", MSISupported, 0x00010001, 1
HKR, "Interrupt Management\\MessageSignaledInterruptProperties", MessageNumberLimit, 0x00010001, 256
HKR, "Interrupt Management\\Affinity Policy",, 0x00000010
HKR, "Interrupt Management\\Affinity Policy", DevicePolicy, 0x00010001, 5

[Strings]
VENDOR = "Acme, Inc."
diskId1 = "Acme storage controller disk"
AcmeStor.DeviceDesc = "Acme storage controller"
REG_EXPAND_SZ  = 0x00020000
REG_DWORD      = 0x00010001
SERVICE_KERNEL_DRIVER  = 1
SERVICE_BOOT_START     = 0
SERVICE_ERROR_NORMAL   = 1
`;

/** A network adapter: decorations by version and product, Include and Needs, files of several directories, interfaces. */
export const NETWORK_INF = `[Version]
Signature   = "$Windows NT$"
Class       = Net
ClassGuid   = {4d36e972-e325-11ce-bfc1-08002be10318}
Provider    = %Acme%
CatalogFile.NTamd64 = acmenet64.cat
CatalogFile = acmenet.cat
DriverVer   = 1/5/2023

[Manufacturer]
%Acme% = Acme, NTx86, NTamd64, NTamd64.6.1, NTamd64.10.0, NTamd64.10.0...17763, NTamd64.10.0.3

[Acme]
%Old% = old.ndi, PCI\\VEN_10EC&DEV_0001
[Acme.NTamd64]
%Nic% = nic.ndi, PCI\\VEN_10EC&DEV_8168
[Acme.NTamd64.6.1]
%Nic% "6.1" = nic.ndi, PCI\\VEN_10EC&DEV_8168
[Acme.NTamd64.10.0]
%Nic% = nic.ndi, PCI\\VEN_10EC&DEV_8168
[Acme.NTamd64.10.0...17763]
%Nic% = nic.ndi, PCI\\VEN_10EC&DEV_8168 ; the newest
%Nic2% = nic.ndi, \\
    PCI\\VEN_10EC&DEV_8125, \\ ; goes on
    PCI\\VEN_10EC
[Acme.NTamd64.10.0.3]
%Server% = nic.ndi, PCI\\VEN_10EC&DEV_8168

[nic.ndi]
Include = netcommon.inf
Needs = common.ndi
CopyFiles = drivers, dlls, @acmecfg.exe
AddReg = params, params2
DelReg = old.params
FeatureScore = F9
[nic.ndi.NT]
AddReg = params.nt
[nic.ndi.NTamd64]
Include = netcommon.inf
Needs = common.ndi, more.ndi
CopyFiles = drivers, dlls, @acmecfg.exe
AddReg = params, params2
DelReg = old.params
FeatureScore = F9
[nic.ndi.NTamd64.Services]
AddService = acmenet,2,nic.service
AddService = acmesvc,0x108,svc.service
DelService = oldnet
[nic.ndi.NTamd64.Interfaces]
AddInterface = {cac88484-7515-4c03-82e6-71a87abac361},,nic.interface
[nic.ndi.NTamd64.Wdf]
KmdfService = acmenet, nic.wdf

[more.ndi]
AddReg = more.reg
[more.reg]
HKR,more,,,

[drivers]
acmenet.sys,acmenet64.sys,,0x4002
[dlls]
acme.dll
[DestinationDirs]
DefaultDestDir = 13
drivers = 12
dlls = 11, Acme

[SourceDisksNames]
1 = %Disk%,,,
[SourceDisksNames.amd64]
1 = %Disk%,,,\\x64
[SourceDisksFiles]
acmenet64.sys = 1,bin
acme.dll = 1
acmecfg.exe = 1,,

[params]
HKR, Ndi, Service, 0, "acme""net"
HKR, Ndi\\Params, list, 0x00010000, one, "two, three", , four
HKR,,bytes,1,0a,ff, 1 ,\\
   10,0x20
HKR,,big,0x000b0001,5
HKR,,four,0x00010001,0x01,02,03,04
HKR,,odd,0x00120001,01
HKLM, SOFTWARE\\Acme\\, keep, 0x2, kept
HKLM, SOFTWARE\\Acme, more, 0x00010008, added
[params2]
HKLM, SOFTWARE\\Acme,gone,4
HKLM, SOFTWARE\\Acme\\Gone,,4
HKLM, SOFTWARE\\Acme,sixtyfour,0x1000,x
NOROOT, a, b
[params.nt]
HKR,,only,,nt
[old.params]
HKR,,oldvalue
HKLM,SOFTWARE\\OldAcme
HKR,,list,0x00018002,two

[nic.service]
DisplayName = %Nic.Service%
ServiceType = 1
StartType = 3
ErrorControl = 0x1
ServiceBinary = %12%\\acmenet.sys
LoadOrderGroup = NDIS
Dependencies = NDIS, +TDI
[svc.service]
DisplayName = "Acme service"
Description = %Svc.Description%
ServiceType = 0x10
StartType = 2
ErrorControl = 0
ServiceBinary = %13%\\acmesvc.exe
StartName = LocalSystem
Security = "D:(A;;GA;;;SY)"
ServiceSidType = 1
DelayedAutoStart = 1
AddReg = svc.reg
[svc.reg]
HKR,Parameters,Path,0x20000,"%11%\\acme;%%ProgramData%%"

[Strings]
Acme = "Acme"
Nic = "Acme adapter"
Nic2 = "Acme adapter 2"
Server = "Acme server adapter"
Old = "Old"
Disk = "Disk"
Nic.Service = "Acme adapter service"
Svc.Description = "Does, what services do"
[Strings.0407]
Nic = "Acme-Adapter"
`;

/** What the network adapter includes. */
export const COMMON_INF = `[Version]
Signature = "$Windows NT$"
[common.ndi]
CopyFiles = common.files
AddReg = common.reg
Needs = common.ndi
[common.reg]
HKR,,Common,,"%Name%"
[common.files]
common.sys
[DestinationDirs]
DefaultDestDir = 12
[SourceDisksFiles]
common.sys = 1
[SourceDisksNames]
1 = "Windows"
[Strings]
Name = "from the other file"
`;

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
