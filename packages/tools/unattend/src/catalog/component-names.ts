/** Names of components that the kit itself writes or follows. */
export const SETUP = "Microsoft-Windows-Setup";
export const SHELL = "Microsoft-Windows-Shell-Setup";
export const DEPLOYMENT = "Microsoft-Windows-Deployment";
export const LOCALE_PE = "Microsoft-Windows-International-Core-WinPE";
export const LOCALE = "Microsoft-Windows-International-Core";
export const JOIN = "Microsoft-Windows-UnattendedJoin";
export const TCPIP = "Microsoft-Windows-TCPIP";
export const DNS = "Microsoft-Windows-DNS-Client";
export const FIREWALL = "Networking-MPSSVC-Svc";
export const TERMINAL_SERVER = "Microsoft-Windows-TerminalServices-LocalSessionManager";
export const TERMINAL_STATIONS = "Microsoft-Windows-TerminalServices-RDP-WinStationExtensions";
export const DRIVERS_PE = "Microsoft-Windows-PnpCustomizationsWinPE";
export const DRIVERS = "Microsoft-Windows-PnpCustomizationsNonWinPE";
export const USER_ACCOUNT_CONTROL = "Microsoft-Windows-LUA-Settings";
export const CUSTOMER_EXPERIENCE = "Microsoft-Windows-SQMApi";
export const ERROR_REPORTING = "Microsoft-Windows-ErrorReportingCore";
export const SERVER_MANAGER = "Microsoft-Windows-ServerManager-SvrMgrNc";
