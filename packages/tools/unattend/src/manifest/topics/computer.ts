import * as z from "zod";
import { DEPLOYMENT, SHELL } from "../../catalog/component-names.ts";
import type { AnswerReader } from "../answer-reader.ts";
import { definedFields, defineTopic } from "../topic.ts";

/** NetBIOS: 15 bytes, no character that DNS or the shell would stumble over, not digits alone. */
const fixedName = z
  .string()
  .regex(
    /^(?=.*[^\d])[A-Za-z\d](?:[A-Za-z\d-]{0,14})$/,
    "A computer name has 1 to 15 letters, digits and hyphens, and not only digits.",
  );
const prefix = z
  .string()
  .regex(
    /^(?=.*[A-Za-z])[A-Za-z\d][A-Za-z\d-]{0,9}$/,
    "Expected 1 to 10 letters, digits and hyphens, and not only digits.",
  );

/** What the machine is called and to whom it belongs. */
export const computer = defineTopic({
  name: "computer",
  schema: z.strictObject({
    name: z
      .union([
        z.literal("*"),
        fixedName,
        z.strictObject({ serial: prefix.describe("The name is this and the end of the BIOS serial number.") }),
        z.strictObject({
          prompt: z
            .string()
            .min(1)
            .max(60)
            .regex(/^[^'"&<>|^%]+$/)
            .describe("The question to ask at the first logon."),
        }),
      ])
      .optional()
      .describe("A name, `*` for a random one, `{ serial: PREFIX }` or `{ prompt: QUESTION }`."),
    owner: z.string().max(63).optional(),
    organization: z.string().max(63).optional(),
  }),

  write({ name, owner, organization }, builder) {
    if (typeof name === "string") builder.set("specialize", SHELL, "ComputerName", name);
    else if (name && "serial" in name) {
      const Path = serialCommand(name.serial);
      const fields = { Path, Description: SERIAL_DESCRIPTION, WillReboot: "Always" };
      builder.add("specialize", DEPLOYMENT, RUN_SYNCHRONOUS, fields);
    } else if (name) {
      const CommandLine = promptCommand(name.prompt);
      builder.add("oobeSystem", SHELL, FIRST_LOGON, { CommandLine, Description: PROMPT_DESCRIPTION });
    }
    builder.set("specialize", SHELL, "RegisteredOwner", owner);
    builder.set("specialize", SHELL, "RegisteredOrganization", organization);
  },

  read(reader) {
    return definedFields({
      name: readName(reader),
      owner: reader.get("specialize", SHELL, "RegisteredOwner"),
      organization: reader.get("specialize", SHELL, "RegisteredOrganization"),
    });
  },
});

const RUN_SYNCHRONOUS = "RunSynchronous/RunSynchronousCommand";
const FIRST_LOGON = "FirstLogonCommands/SynchronousCommand";
const SERIAL_DESCRIPTION = "Name the computer by its serial number";
const PROMPT_DESCRIPTION = "Ask for the computer name";

/** Commands that this part writes among the others. */
export const NAMING_DESCRIPTIONS: readonly string[] = [SERIAL_DESCRIPTION, PROMPT_DESCRIPTION];

/** At most 259 characters; of the serial number as many of the last characters are taken as the name has room for. */
function serialCommand(start: string): string {
  const script = `$s=(gcim Win32_BIOS).SerialNumber-replace'\\W';$n=[Math]::Min($s.Length,${15 - start.length});Rename-Computer -Force ('${start}'+$s.Substring($s.Length-$n))`;
  return `powershell.exe -NoProfile -Command "${script}"`;
}

/** The new name holds after the next restart. */
function promptCommand(question: string): string {
  const ask = `Add-Type -AssemblyName Microsoft.VisualBasic;$n=[Microsoft.VisualBasic.Interaction]::InputBox('${question}')`;
  return `powershell.exe -NoProfile -Command "${ask};if($n){Rename-Computer -Force $n}"`;
}

function readName(reader: AnswerReader): string | { serial: string } | { prompt: string } | undefined {
  const fixed = reader.get("specialize", SHELL, "ComputerName");
  if (fixed !== undefined) return fixed;
  for (const item of reader.items("specialize", DEPLOYMENT, RUN_SYNCHRONOUS)) {
    const serial = /\('([^']*)'\+\$s\./.exec(item.get("Path") ?? "")?.[1];
    if (item.get("Description") === SERIAL_DESCRIPTION && serial !== undefined) return { serial };
  }
  for (const item of reader.items("oobeSystem", SHELL, FIRST_LOGON)) {
    const prompt = /InputBox\('([^']*)'\)/.exec(item.get("CommandLine") ?? "")?.[1];
    if (item.get("Description") === PROMPT_DESCRIPTION && prompt !== undefined) return { prompt };
  }
  return undefined;
}
