import { PANTHER_ANSWER_FILE } from "@adk/image";

/** Where Sysprep looks for an answer file ("Windows Setup Automation Overview", learn.microsoft.com). */
const SYSPREP = "/Windows/System32/Sysprep/unattend.xml";

/** Where an answer file goes in the image. */
export function answerFilePaths(sysprep: boolean | undefined): readonly string[] {
  return sysprep ? [PANTHER_ANSWER_FILE, SYSPREP] : [PANTHER_ANSWER_FILE];
}
