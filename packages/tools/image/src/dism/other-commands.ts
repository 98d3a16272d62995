/** Commands of DISM that are recognised and not done here, and what to use instead. */
export interface OtherCommands {
  readonly names: readonly string[];
  readonly instead: string;
}

const NO_MOUNT =
  "Images are not mounted here. Apply one to a directory, change it there and capture it: /Apply-Image, /Append-Image.";

export const otherCommands: readonly OtherCommands[] = [
  {
    names: words("Mount-Image Mount-Wim"),
    instead: `${NO_MOUNT} To take files out of an image: adk wim extract.`,
  },
  {
    names: words("Remount-Image Remount-Wim Commit-Image Commit-Wim Unmount-Image Unmount-Wim"),
    instead: NO_MOUNT,
  },
  {
    names: words("Get-MountedImageInfo Get-MountedWimInfo Cleanup-Mountpoints Cleanup-Wim"),
    instead: "Images are not mounted here, so there is nothing to list or to clean up.",
  },
  {
    names: words("Optimize-Image Get-WIMBootEntry Update-WIMBootEntry"),
    instead: "WIMBoot and what depends on it need Windows.",
  },
  {
    names: words("Capture-CustomImage Apply-CustomDataImage Apply-SiloedPackage"),
    instead: "Delta images and siloed packages need DISM on Windows.",
  },
  {
    names: words("Capture-FFU Apply-FFU Split-FFU Optimize-FFU"),
    instead: "Full Flash Update images are not read or written here.",
  },
  {
    names: words(`
      Get-Drivers Get-DriverInfo Add-Driver Remove-Driver Export-Driver
      Get-Packages Get-PackageInfo Add-Package Remove-Package Add-ProvisioningPackage
      Get-Features Get-FeatureInfo Enable-Feature Disable-Feature Cleanup-Image
      Get-Capabilities Get-CapabilityInfo Add-Capability Remove-Capability Export-Source
      Get-ProvisionedAppxPackages Add-ProvisionedAppxPackage Remove-ProvisionedAppxPackage
      Optimize-ProvisionedAppxPackages Set-ProvisionedAppxDataFile
      Get-CurrentEdition Get-TargetEditions Set-Edition Set-ProductKey Apply-Unattend
      Get-Intl Set-UILang Set-UILangFallback Set-SysLocale Set-UserLocale Set-InputLocale Set-AllIntl Set-TimeZone
      Set-SKUIntlDefaults Set-LayeredDriver Gen-LangINI Set-SetupUILang
      Get-PESettings Get-ScratchSpace Set-ScratchSpace Get-TargetPath Set-TargetPath
      Get-Apps Get-AppInfo Get-AppPatches Get-AppPatchInfo Check-AppPatch
      Export-DefaultAppAssociations Import-DefaultAppAssociations Get-DefaultAppAssociations
      Remove-DefaultAppAssociations
      Get-ReservedStorageState Set-ReservedStorageState
      Get-OSUninstallWindow Set-OSUninstallWindow Initiate-OSUninstall Remove-OSUninstall`),
    instead: "This command manages images; it does not service the Windows inside them. Use DISM on Windows.",
  },
];

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
