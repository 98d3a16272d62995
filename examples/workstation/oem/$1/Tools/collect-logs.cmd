@echo off
rem Collects what support asks for into one archive on the desktop.
setlocal
set "TARGET=%USERPROFILE%\Desktop\logs-%COMPUTERNAME%.zip"
powershell.exe -NoProfile -Command "Compress-Archive -Force -DestinationPath '%TARGET%' -Path 'C:\ProgramData\Contoso\Logs\*','C:\Windows\Panther\*.log' -ErrorAction SilentlyContinue"
echo %TARGET%
