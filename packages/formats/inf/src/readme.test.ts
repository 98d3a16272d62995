import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const [, code, output] = /```ts\n(.*?)```.*?```text\n(.*?)```/s.exec(readme)!;
  const directory = mkdtempSync(join(tmpdir(), "adk-inf-"));
  try {
    writeFileSync(join(directory, "sample.inf"), SAMPLE);
    const script = join(directory, "example.ts");
    const resolved = code!.replace(/"(@adk\/\w+)"/g, (_, name) => JSON.stringify(import.meta.resolve(name)));
    writeFileSync(script, resolved);
    const printed = execFileSync(process.execPath, ["--conditions=@adk/source", script], {
      cwd: directory,
      encoding: "utf8",
    });
    expect(printed).toBe(output);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
