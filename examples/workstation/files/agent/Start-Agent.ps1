#requires -Version 5.1
<#
.SYNOPSIS
  Reports what this workstation is to the inventory server, once at every start.
.DESCRIPTION
  Reads agent.json and every file in conf.d, later ones going before earlier ones.
#>
[CmdletBinding()]
param([string] $Root = $PSScriptRoot)

$ErrorActionPreference = 'Stop'
$settings = @{}
$files = @(Join-Path $Root 'agent.json') + @(Get-ChildItem (Join-Path $Root 'conf.d') -Filter *.json | Sort-Object Name | ForEach-Object FullName)
foreach ($file in $files) {
  (Get-Content $file -Raw | ConvertFrom-Json).PSObject.Properties | ForEach-Object { $settings[$_.Name] = $_.Value }
}

$system = Get-CimInstance Win32_ComputerSystem
$windows = Get-CimInstance Win32_OperatingSystem
$report = [ordered]@{
  name         = $env:COMPUTERNAME
  manufacturer = $system.Manufacturer
  model        = $system.Model
  build        = $windows.BuildNumber
  memoryBytes  = $system.TotalPhysicalMemory
  started      = $windows.LastBootUpTime.ToUniversalTime().ToString('o')
}

try {
  Invoke-RestMethod -Uri $settings.inventoryUrl -Method Post -ContentType 'application/json' -Body ($report | ConvertTo-Json) -TimeoutSec $settings.timeoutSeconds | Out-Null
} catch {
  $log = Join-Path $settings.logDirectory 'agent.log'
  "$(Get-Date -Format o) $($_.Exception.Message)" | Out-File $log -Append -Encoding utf8
}
