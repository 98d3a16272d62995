import { Win32Error } from "./win32-errors.ts";

const HELP = "For more information, refer to the help";

/** What DISM says of a wrong command line: its message table, 0xC1500004 ... 0xC150006D. */
export const wrongUsage = {
  unknownWord: (word: string) =>
    new Win32Error(87, `DISM doesn't recognize the command-line option "${word}". \n${HELP} by running DISM.exe /?.`),
  unknownOption: (name: string) =>
    new Win32Error(87, `The ${name.toLowerCase()} option is unknown. \n${HELP} by running DISM.exe /?.`),
  /** An option of another command. */
  notInContext: (name: string) =>
    new Win32Error(87, `The /${name.toLowerCase()} option is not recognized in this context. \n${HELP}.`),
  /** @param typed the option as it was typed, with its colon */
  missingArgument: (typed: string) =>
    new Win32Error(87, `The ${typed} option is missing a required argument. \n${HELP} for the ${typed} option.`),
  noArgument: (name: string) =>
    new Win32Error(87, `The /${name} option does not take an argument. \nRemove the argument and run DISM again.`),
  badArgument: (value: string, name: string) =>
    new Win32Error(
      87,
      `The ${value} argument given for the /${name} option is invalid.\n${HELP} by running DISM.exe /?.`,
    ),
  duplicate: (name: string) =>
    new Win32Error(
      87,
      `The /${name} option has been duplicated on the command-line. \nRemove the duplicate option and try the command again.`,
    ),
  helpNotLast: () =>
    new Win32Error(
      87,
      'Invalid command-line option "/?". \nEnsure that /? is the last option listed on the command-line.',
    ),
  logLevel: () =>
    new Win32Error(87, `An invalid log level was specified. \n${HELP} by running DISM.exe /LogLevel /?. `),
  image: () => new Win32Error(87, `The /Image option cannot be used in this context.\n${HELP} by running DISM.exe /?.`),
  /** Our wording: DISM's own is not known. */
  noImage: () => new Win32Error(87, `The /Image option is missing: it names the image to be serviced. \n${HELP}.`),
  imageAndOnline: () =>
    new Win32Error(
      87,
      `Do not use the /Image or /WinDir option when using the /Online option to specify a running operating system. \n${HELP} by running DISM.exe /Online /?.`,
    ),
  invalid: () => new Win32Error(87, `Invalid command-line. \n${HELP}.`),
  /** Our wording: DISM's own is not known. */
  missingOption: (names: readonly string[]) =>
    new Win32Error(
      87,
      `A required option is missing from the command-line: ${names.map((name) => `/${name}`).join(" or ")}. \n${HELP}.`,
    ),
  noCommand: () =>
    new Win32Error(1639, `The command-line is missing a required servicing command. \n${HELP} by running DISM.exe /?.`),
} as const;
