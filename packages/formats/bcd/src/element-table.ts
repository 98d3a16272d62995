/**
 * The element types that are known by a name: one a line, `id name` and, where the number has names, those from 0 on. The names are
 * bcdedit's: those of Microsoft's "BCDEdit /set" where it documents them. Facts from the public table of M. Graeber's BCD module
 * (BSD-3-Clause), put right where Microsoft's pages and stores of Windows show otherwise, and newer ones from public lists of elements.
 */

/** Of every boot application (class 1). */
export const LIBRARY = `
11000001 device
11000043 bootstatdevice
11000083 recoveryosdevice
11000084 windowssyspart
12000002 path
12000004 description
12000005 locale
12000016 targetname
12000019 busparams
1200001d key
1200001f hostipv6
12000030 loadoptions
12000044 bootstatfilepath
1200004a fontpath
12000088 additionalcipolicy
14000006 inherit
14000008 recoverysequence
15000007 truncatememory
1500000c firstmegabytepolicy UseNone|UseAll|UsePrivate
1500000d relocatephysical
1500000e avoidlowmemory
15000011 debugtype Serial|1394|USB|NET|Local
15000012 debugaddress
15000013 debugport
15000014 baudrate
15000015 channel
15000018 debugstart Active|AutoEnable|Disable
1500001a hostip
1500001b port
15000022 emsport
15000023 emsbaudrate
15000042 keyringaddress
15000047 configaccesspolicy Default|DisallowMmConfig
1500004b integrityservices
1500004c volumebandid
15000051 initialconsoleinput
15000052 graphicsresolution 1024x768|800x600|1024x600
15000065 displaymessage Default|Resume|HyperV|Recovery|StartupRepair|SystemImageRecovery|CommandPrompt|SystemRestore|PushButtonReset
15000066 displaymessageoverride Default|Resume|HyperV|Recovery|StartupRepair|SystemImageRecovery|CommandPrompt|SystemRestore|PushButtonReset
1500006d bootuxfadeframes
15000073 aliaswindowskey
15000075 performancefrequency
15000076 securebootrawpolicy
15000079 bootuxtransitiontime
1500007d booterrorux
1500007f measuredbootlogformat
15000080 displayrotation
15000081 logcontrol
15000086 enabletxtmle
15000088 linearaddress57
16000009 recoveryenabled
1600000b badmemoryaccess
1600000f traditionalksegmappings
16000010 bootdebug
16000017 noumex
1600001c dhcp
1600001e vm
16000020 bootems
16000031 attemptnonbcdstart
16000040 advancedoptions
16000041 optionsedit
16000045 preservebootstat
16000046 graphicsmodedisabled
16000048 nointegritychecks
16000049 testsigning
16000050 extendedinput
16000053 restartonfailure
16000054 highestmode
16000060 isolatedcontext
16000067 nobootuxlogo
16000068 nobootuxtext
16000069 nobootuxprogress
1600006a nobootuxfade
1600006b bootuxreservepooldebug
1600006c bootuxdisabled
1600006e bootuxdumpstats
1600006f bootuxshowstats
16000071 multibootsystem
16000072 nokeyboard
16000074 bootshutdowndisabled
16000078 bootuxpreallocprogress
1600007a mobilegraphics
1600007b forcefipscrypto
1600007e flightsigning
16000082 nofirmwaresync
16000085 enableuwfbootfilter
16000087 numlock
1700000a badmemorylist
17000077 allowedinmemorysettings
`;

/** Of the boot manager (class 2). */
export const BOOT_MANAGER = `
21000001 filedevice
21000022 bcddevice
22000002 filepath
22000023 bcdfilepath
22000026 passwordoverride
22000027 pinpassphraseoverride
22000040 fverecoveryurl
22000041 fverecoverymessage
22000045 fveserveraddressipv4
22000046 fveserveraddressipv6
22000047 fveipaddressipv4
22000048 fveipaddressipv6
22000049 fvesubnetmaskipv4
2200004a fveaddressprefixipv6
2200004b fvegatewayipv4
2200004c fvegatewayipv6
23000003 default
23000006 resumeobject
24000001 displayorder
24000002 bootsequence
24000007 startupsequence
24000010 toolsdisplayorder
25000004 timeout
25000008 bootmenupolicy Legacy|Standard
25000043 fveunlockretryipv4
25000044 fveunlockretryipv6
2500004d fvenetworktimeout
2500004e fveremoteportipv4
2500004f fveremoteportipv6
25000050 fvestationportipv4
25000051 fvestationportipv6
26000005 resume
26000006 debugoptionenabled
26000020 displaybootmenu
26000021 noerrordisplay
26000024 hormenabled
26000025 hiberboot
26000028 processcustomactionsfirst
2600002a enabledummylogentry
26000031 persistbootsequence
26000032 skipstartupsequence
26000042 flightedbootmgr
27000030 customactions
`;

/** Of the loader of Windows (class 2). */
export const LOADER = `
21000001 osdevice
21000005 fveunlockdevice
21000138 imcdevice
21000150 systemdatadevice
21000151 osarcdevice
21000152 capsuledumpdevice
21000153 osdatadevice
21000154 bspdevice
21000155 bspfilepath
22000002 systemroot
22000011 kernel
22000012 hal
22000013 dbgtransport
22000053 evstore
220000f1 hypervisorpath
220000f9 hypervisorbusparams
22000110 hypervisorusekey
22000112 hypervisorproductskutype
22000117 hypervisorloadoptions
2200011b hypervisorrootprocnumanodes
2200011e hypervisorrootprocnumanodelps
2200012d kernelbusparams
22000132 kerneltargetname
22000136 kernelkey
22000137 imchivename
22000140 mfgmode
22000156 kernelhostipv6
22000161 hypervisorhostipv6
23000003 resumeobject
25000020 nx OptIn|OptOut|AlwaysOff|AlwaysOn
25000021 pae Default|ForceEnable|ForceDisable
25000031 removememory
25000032 increaseuserva
25000033 perfmem
25000050 clustermodeaddressing
25000052 restrictapiccluster
25000055 x2apicpolicy Default|Disable|Enable
25000061 numproc
25000063 configflags
25000066 groupsize
25000071 msi Default|ForceDisable
25000072 pciexpress Default|ForceDisable
25000080 safeboot Minimal|Network|DsRepair
250000a6 tscsyncpolicy Default|Legacy|Enhanced
250000c0 forcefailure Load|Hive|Acpi|General
250000c1 driverloadfailurepolicy Fatal|UseErrorControl
250000c2 bootmenupolicy Legacy|Standard
250000e0 bootstatuspolicy DisplayAllFailures|IgnoreAllFailures|IgnoreShutdownFailures|IgnoreBootFailures|IgnoreCheckpointFailures|DisplayShutdownFailures|DisplayBootFailures|DisplayCheckpointFailures
250000f0 hypervisorlaunchtype Off|Auto
250000f3 hypervisordebugtype Serial|1394|None|NET
250000f4 hypervisordebugport
250000f5 hypervisorbaudrate
250000f6 hypervisorchannel
250000f7 bootux Disabled|Basic|Standard
250000fa hypervisornumproc
250000fb hypervisorrootprocpernode
250000fd hypervisorhostip
250000fe hypervisorhostport
250000ff hypervisordebugpages
25000100 tpmbootentropy Default|ForceDisable|ForceEnable
25000113 hypervisorrootproc
25000115 hypervisoriommupolicy Default|Enable|Disable
25000118 hypervisormsrfilterpolicy
25000119 hypervisormmionxpolicy
2500011a hypervisorschedulertype
2500011c hypervisorperfmon
2500011d hypervisorrootprocpercore
25000120 xsavepolicy
25000121 xsaveaddfeature0
25000122 xsaveaddfeature1
25000123 xsaveaddfeature2
25000124 xsaveaddfeature3
25000125 xsaveaddfeature4
25000126 xsaveaddfeature5
25000127 xsaveaddfeature6
25000128 xsaveaddfeature7
25000129 xsaveremovefeature
2500012a xsaveprocessorsmask
2500012b xsavedisable
2500012c kerneldebugtype Serial|1394|USB|NET|Local
2500012e kerneldebugaddress
2500012f kerneldebugport
25000130 claimedtpmcounter
25000131 kernelchannel
25000133 kernelhostip
25000134 kernelport
25000139 kernelbaudrate
25000142 vsmlaunchtype Off|Auto
25000144 hypervisorenforcedcodeintegrity
26000004 stampdisks
26000010 detecthal
26000022 winpe
26000024 nocrashautoreboot
26000025 lastknowngood
26000026 oslnointegritychecks
26000027 osltestsigning
26000030 nolowmem
26000040 vga
26000041 quietboot
26000042 novesa
26000043 novga
26000051 usephysicaldestination
26000054 uselegacyapicmode
26000060 onecpu
26000062 maxproc
26000064 maxgroup
26000065 groupaware
26000070 usefirmwarepcisettings
26000081 safebootalternateshell
26000090 bootlog
26000091 sos
260000a0 debug
260000a1 halbreakpoint
260000a2 useplatformclock
260000a3 forcelegacyplatform
260000a4 useplatformtick
260000a5 disabledynamictick
260000b0 ems
260000c3 onetimeadvancedoptions
260000c4 onetimeoptionsedit
260000e1 disableelamdrivers
260000f2 hypervisordebug
260000f8 hypervisordisableslat
260000fc hypervisoruselargevtlb
26000114 hypervisordhcp
26000116 hypervisorusevapic
26000135 kerneldhcp
26000141 event
26000145 dtrace
`;

/** Of the resume application (class 2). */
export const RESUME = `
21000001 filedevice
21000005 associatedosdevice
22000002 filepath
25000007 bootux Disabled|Basic|Standard
25000008 bootmenupolicy Legacy|Standard
26000003 customsettings
26000004 pae
26000006 debugoptionenabled
26000024 hormenabled
`;

/** Of the memory tester (class 2). */
export const MEMORY_TEST = `
25000001 passcount
25000002 testmix Basic|Extended
25000003 failurecount
25000004 testtofail Stride|Mats|InverseCoupling|RandomPattern|Checkerboard
25000005 stridefailcount
25000006 invcfailcount
25000007 matsfailcount
25000008 randfailcount
25000009 chckrfailcount
26000004 failuresenabled
26000005 cacheenable
`;

/** Of NTLDR (class 2). */
export const LEGACY_LOADER = `
22000001 bpbstring
`;

/** Of a startup application (class 2). */
export const STARTUP = `
22000002 applicationname
26000001 pxesoftreboot
`;

/** Of any application (class 2). */
export const ANY_APPLICATION = `
25000510 chargethreshold
25000aaa bootflow
26000202 skipffumode
26000203 forceffumode
26000512 offmodecharging
`;

/** Of device options (class 3). */
export const DEVICE = `
31000003 ramdisksdidevice
32000004 ramdisksdipath
35000001 ramdiskimageoffset
35000002 ramdisktftpclientport
35000005 ramdiskimagelength
35000007 ramdisktftpblocksize
35000008 ramdisktftpwindowsize
3500000d vhdramdisklength
36000006 exportascd
36000009 ramdiskmcenabled
3600000a ramdiskmctftpfallback
3600000b ramdisktftpvarwindow
3600000c vhdramdiskboot
`;

/** Of templates and of Windows Setup (class 4). */
export const TEMPLATE = `
41000001 devicetype
42000002 applicationrelativepath
42000003 ramdiskdevicerelativepath
46000004 omitosloaderelements
46000010 recoveryos
45000001 devicetype
47000006 elementstomigrate
`;

/** Names that other public tables give, and people write: taken as those that bcdedit has. */
export const OTHER_NAMES: Readonly<Record<string, string>> = {
  advancedoptionsonetime: "onetimeadvancedoptions",
  bootstatusdatalogappend: "preservebootstat",
  bootstatusdatalogdevice: "bootstatdevice",
  bootstatusdatalogfile: "bootstatfilepath",
  bootuxpolicy: "bootux",
  bootuxttransitiontime: "bootuxtransitiontime",
  disablevgamode: "novga",
  hypervisordebugbusparams: "hypervisorbusparams",
  hypervisordebugnetdhcp: "hypervisordhcp",
  hypervisordebugnethostip: "hypervisorhostip",
  hypervisordebugnethostport: "hypervisorhostport",
  hypervisordebugnetkey: "hypervisorusekey",
  ramdiskftpclientport: "ramdisktftpclientport",
};
