/** Commands of DISM that are recognised and not done here, and what to use instead. */
export interface OtherCommands {
  readonly names: readonly string[];
  readonly instead: string;
}

/** Why what changes components is refused. */
export const ON_WINDOWS = "It needs the servicing stack of Windows itself, which does not run here.";

export const otherCommands: readonly OtherCommands[] = [
  {
    names: words("Remount-Image Remount-Wim Get-MountedImageInfo Get-MountedWimInfo Cleanup-Mountpoints Cleanup-Wim"),
    instead: "Images are not mounted here: a session of edits is a folder, and nothing else is left of it.",
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
      Add-Package Remove-Package Enable-Feature Disable-Feature Add-Capability Remove-Capability Export-Source
      Get-CapabilityInfo Set-Edition Add-ProvisioningPackage`),
    instead: `${ON_WINDOWS} To see what it would take: adk image plan.`,
  },
  {
    names: words(`
      Add-ProvisionedAppxPackage Optimize-ProvisionedAppxPackages Set-ProvisionedAppxDataFile
      Set-ProductKey Set-UILang Set-UILangFallback Set-UserLocale Set-InputLocale Set-AllIntl
      Set-SKUIntlDefaults Set-LayeredDriver Gen-LangINI Set-SetupUILang
      Get-Apps Get-AppInfo Get-AppPatches Get-AppPatchInfo Check-AppPatch
      Export-DefaultAppAssociations Import-DefaultAppAssociations Get-DefaultAppAssociations
      Remove-DefaultAppAssociations
      Get-ReservedStorageState Set-ReservedStorageState
      Get-OSUninstallWindow Set-OSUninstallWindow Initiate-OSUninstall Remove-OSUninstall`),
    instead: `${ON_WINDOWS} Some of it can be left to the first start: an answer file, or adk build's setupComplete.`,
  },
];

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
