import { AnswerFile } from "../document/answer-file.ts";

const IDENTITY =
  'processorArchitecture="amd64" publicKeyToken="31bf3856ad364e35" language="neutral" versionScope="nonSxS"';

/** An answer file around sections for passes. */
export function unattend(...sections: string[]): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<unattend xmlns="urn:schemas-microsoft-com:unattend" xmlns:wcm="http://schemas.microsoft.com/WMIConfig/2002/State">
${sections.join("\n")}
</unattend>
`;
}

/** A pass with one component. */
export function section(pass: string, component: string, settings: string, identity = IDENTITY): string {
  return `  <settings pass="${pass}">
    <component name="${component}" ${identity}>
${settings
  .trim()
  .split("\n")
  .map((line) => `      ${line}`)
  .join("\n")}
    </component>
  </settings>`;
}

/** An answer file with one component in one pass. */
export function one(pass: string, component: string, settings: string): AnswerFile {
  return AnswerFile.fromText(unattend(section(pass, component, settings)), { file: "unattend.xml" });
}

/** A complete installation on a UEFI computer; nothing in it is wrong. */
export const COMPLETE = unattend(
  section(
    "windowsPE",
    "Microsoft-Windows-Setup",
    `
<DiskConfiguration>
  <WillShowUI>OnError</WillShowUI>
  <Disk wcm:action="add">
    <DiskID>0</DiskID>
    <WillWipeDisk>true</WillWipeDisk>
    <CreatePartitions>
      <CreatePartition wcm:action="add">
        <Order>1</Order>
        <Type>EFI</Type>
        <Size>260</Size>
      </CreatePartition>
      <CreatePartition wcm:action="add">
        <Order>2</Order>
        <Type>MSR</Type>
        <Size>16</Size>
      </CreatePartition>
      <CreatePartition wcm:action="add">
        <Order>3</Order>
        <Type>Primary</Type>
        <Extend>true</Extend>
      </CreatePartition>
    </CreatePartitions>
    <ModifyPartitions>
      <ModifyPartition wcm:action="add">
        <Order>1</Order>
        <PartitionID>1</PartitionID>
        <Format>FAT32</Format>
        <Label>System</Label>
      </ModifyPartition>
      <ModifyPartition wcm:action="add">
        <Order>2</Order>
        <PartitionID>3</PartitionID>
        <Format>NTFS</Format>
        <Letter>C</Letter>
      </ModifyPartition>
    </ModifyPartitions>
  </Disk>
</DiskConfiguration>
<ImageInstall>
  <OSImage>
    <InstallFrom>
      <MetaData wcm:action="add">
        <Key>/IMAGE/INDEX</Key>
        <Value>1</Value>
      </MetaData>
    </InstallFrom>
    <InstallTo>
      <DiskID>0</DiskID>
      <PartitionID>3</PartitionID>
    </InstallTo>
  </OSImage>
</ImageInstall>
<UserData>
  <AcceptEula>true</AcceptEula>
</UserData>`,
  ),
  section(
    "specialize",
    "Microsoft-Windows-Shell-Setup",
    `
<!-- the name comes from the serial number later -->
<ComputerName>WEB-01</ComputerName>
<TimeZone>UTC</TimeZone>`,
  ),
  section(
    "oobeSystem",
    "Microsoft-Windows-Shell-Setup",
    `
<OOBE>
  <HideEULAPage>true</HideEULAPage>
  <ProtectYourPC>3</ProtectYourPC>
</OOBE>
<UserAccounts>
  <LocalAccounts>
    <LocalAccount wcm:action="add">
      <Name>Ann</Name>
      <Group>Administrators</Group>
      <Password>
        <Value>cABQAGEAcwBzAHcAbwByAGQA</Value>
        <PlainText>false</PlainText>
      </Password>
    </LocalAccount>
  </LocalAccounts>
</UserAccounts>
<AutoLogon>
  <Enabled>true</Enabled>
  <LogonCount>1</LogonCount>
  <Username>Ann</Username>
  <Password>
    <Value>cABQAGEAcwBzAHcAbwByAGQA</Value>
    <PlainText>false</PlainText>
  </Password>
</AutoLogon>
<FirstLogonCommands>
  <SynchronousCommand wcm:action="add">
    <Order>1</Order>
    <CommandLine>cmd.exe /c "echo one &amp;&amp; echo two"</CommandLine>
  </SynchronousCommand>
</FirstLogonCommands>`,
  ),
);
