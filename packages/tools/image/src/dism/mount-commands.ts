import type { OptionName } from "./options.ts";
import type { ServicingCommand } from "./servicing-commands.ts";

const IMAGE = ["Index", "Name"] as const satisfies readonly OptionName[];

/** DISM's mounting, done by a session of edits in the folder: nothing is unpacked there. */
export const mountCommands = {
  mount: {
    name: "Mount-Image",
    summary: "Begins a session of edits on an image, in a folder that /Image then names.",
    required: ["ImageFile", IMAGE, "MountDir"],
    optional: ["CheckIntegrity", "Optimize"],
  },
  commit: {
    name: "Commit-Image",
    summary: "Saves the changes of a session to its image; the session stays open.",
    required: ["MountDir"],
    optional: ["CheckIntegrity"],
  },
  unmount: {
    name: "Unmount-Image",
    summary: "Ends a session, and saves its changes or gives them up.",
    required: ["MountDir", ["Commit", "Discard"]],
    optional: ["CheckIntegrity"],
  },
} as const satisfies Record<string, ServicingCommand>;
export type MountVerb = keyof typeof mountCommands;
