import { runReadmeExample } from "@adk/testing";
import { expect, test } from "vitest";

const SAMPLE = `[Version]
Signature = "$Windows NT$"
Class = SCSIAdapter
DriverVer = 02/25/2024,1.2.3.4
[Manufacturer]
%Acme% = Acme, NTamd64
[Acme.NTamd64]
"Acme controller" = install, PCI\\VEN_1AF4&DEV_1001
[install]
CopyFiles = @acmestor.sys
AddReg = settings
[DestinationDirs]
DefaultDestDir = 12
[SourceDisksNames]
1 = disk
[SourceDisksFiles]
acmestor.sys = 1
[install.Services]
AddService = acmestor, 2, service
[service]
ServiceType = 1
StartType = 0
ErrorControl = 1
ServiceBinary = %12%\\acmestor.sys
[Strings]
Acme = "Acme"
[settings]
HKX, Wrong, root
`;

test("the example of the README prints what it says", () => {
  const { printed, promised } = runReadmeExample(new URL("../README.md", import.meta.url), { "sample.inf": SAMPLE });
  expect(printed).toBe(promised);
});
