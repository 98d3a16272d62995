import type { Command } from "@adk/cli-kit";

/** Where the result of an edit goes. */
export interface EditTarget {
  readonly output?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

/** Options of all commands that change a file. */
export function withEditOptions(command: Command): Command {
  return command
    .option("-o, --output <file>", "write here and leave the file as it is")
    .withDryRun()
    .withForce("overwrite the output; write settings that the catalogue does not know");
}
