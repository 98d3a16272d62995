@echo off
rem Runs once as SYSTEM when Setup is done. Written with the line ends of this repository; the build gives it those of Windows.
setlocal
set "LOG=%ProgramData%\Contoso\Logs\SetupComplete.log"
call :main >>"%LOG%" 2>&1
exit /b %ERRORLEVEL%

:main
echo %DATE% %TIME% begins on %COMPUTERNAME%

rem The agent reads its configuration when its task starts it.
schtasks.exe /Create /TN "Contoso\Agent" /SC ONSTART /RU SYSTEM /RL HIGHEST /F ^
  /TR "powershell.exe -NoProfile -ExecutionPolicy RemoteSigned -File \"%ProgramData%\Contoso\Agent\Start-Agent.ps1\""
if errorlevel 1 exit /b 1

rem Answer files may hold secrets: none is left on the disk.
del /q "%WINDIR%\Panther\unattend.xml" "%WINDIR%\System32\Sysprep\unattend.xml"

echo %DATE% %TIME% done
exit /b 0
