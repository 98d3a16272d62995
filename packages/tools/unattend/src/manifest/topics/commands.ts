import * as z from "zod";
import { DEPLOYMENT, SETUP, SHELL } from "../../catalog/component-names.ts";
import { definedFields, defineTopic, filled, toBoolean } from "../topic.ts";
import { NAMING_DESCRIPTIONS } from "./computer.ts";

const commandSchema = z.union([
  z.string().min(1),
  z.strictObject({
    run: z.string().min(1).describe("The command line. No shell is implied: `cmd /c ...` where one is needed."),
    description: z.string().max(256).optional(),
    log: z
      .string()
      .regex(/^[^"&|<>^%]*(%\w+%[^"&|<>^%]*)*$/, "A path without quotes and operators of the shell.")
      .optional()
      .describe("A file that gets the output; the command then runs in `cmd /c`."),
    reboot: z
      .enum(["never", "always", "on-request"])
      .optional()
      .describe("Restart afterwards; `on-request`: if it exits with 1 or 2. Not at logon."),
    wait: z.boolean().optional().describe("Whether user input is expected (first logon only)."),
  }),
]);
type Command = z.output<typeof commandSchema>;

/** Where a list of commands stands, and how its items are spelled. */
interface CommandList {
  readonly pass: string;
  readonly component: string;
  readonly list: string;
  readonly line: "Path" | "CommandLine";
}

const LISTS = {
  windowsPE: { pass: "windowsPE", component: SETUP, list: "RunSynchronous/RunSynchronousCommand", line: "Path" },
  specialize: {
    pass: "specialize",
    component: DEPLOYMENT,
    list: "RunSynchronous/RunSynchronousCommand",
    line: "Path",
  },
  audit: { pass: "auditUser", component: DEPLOYMENT, list: "RunSynchronous/RunSynchronousCommand", line: "Path" },
  firstLogon: {
    pass: "oobeSystem",
    component: SHELL,
    list: "FirstLogonCommands/SynchronousCommand",
    line: "CommandLine",
  },
  everyLogon: { pass: "oobeSystem", component: SHELL, list: "LogonCommands/AsynchronousCommand", line: "CommandLine" },
} as const satisfies Record<string, CommandList>;
type ListName = keyof typeof LISTS;
const LIST_NAMES = Object.keys(LISTS) as ListName[];

const commandList = z.array(commandSchema).min(1).optional();

/** Commands, each in the pass that fits what it does. */
export const commands = defineTopic({
  name: "commands",
  schema: z.strictObject({
    windowsPE: commandList.describe("In Setup, before the disk is touched: as SYSTEM in Windows PE."),
    specialize: commandList.describe("At the first start of the installed Windows: as SYSTEM, before accounts exist."),
    audit: commandList.describe("In audit mode, as the administrator."),
    firstLogon: commandList.describe("At the first logon of an administrator, elevated."),
    everyLogon: commandList.describe("At every logon, not waited for."),
  }),

  write(part, builder) {
    for (const name of LIST_NAMES) {
      builder.topic = `commands/${name}`;
      for (const command of part[name] ?? []) {
        const { pass, component, list, line } = LISTS[name];
        const { run, description, log, reboot, wait } = typeof command === "string" ? { run: command } : command;
        builder.add(pass, component, list, {
          [line]: log === undefined ? run : withLog(run, log),
          Description: description,
          WillReboot: reboot && REBOOTS[reboot],
          RequiresUserInput: wait,
        });
      }
    }
  },

  read(reader) {
    const found = LIST_NAMES.map((name) => {
      const { pass, component, list, line } = LISTS[name];
      const all = reader.items(pass, component, list);
      // Behind a gap in the order, commands are written with numbers of their own.
      const gap = all.findIndex((item, i) => item.get("Order") !== String(i + 1));
      const own = all.slice(0, gap < 0 ? all.length : gap).filter((item) => {
        return !NAMING_DESCRIPTIONS.includes(item.get("Description") ?? "");
      });
      const items = own.map((item): Command => {
        const { run, log } = withoutLog(item.get(line) ?? "");
        const reboot = Object.entries(REBOOTS).find(([, value]) => value === item.get("WillReboot"))?.[0];
        const fields = definedFields({
          description: item.get("Description"),
          log,
          reboot: reboot as "never" | undefined,
          wait: toBoolean(item.get("RequiresUserInput")),
        });
        return fields === undefined ? run : { run, ...fields };
      });
      return [name, filled(items)] as const;
    });
    return definedFields(Object.fromEntries(found) as Record<ListName, Command[] | undefined>);
  },
});

const REBOOTS = { never: "Never", always: "Always", "on-request": "OnRequest" } as const;

/** `cmd` takes what stands between the first and the last quote. */
function withLog(run: string, log: string): string {
  return `cmd.exe /c "${run} >>"${log}" 2>&1"`;
}

function withoutLog(line: string): { run: string; log: string | undefined } {
  const found = /^cmd\.exe \/c "(.*) >>"([^"]*)" 2>&1"$/s.exec(line);
  return found ? { run: found[1]!, log: found[2]! } : { run: line, log: undefined };
}
