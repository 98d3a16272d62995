import { DEPLOYMENT } from "../catalog/component-names.ts";
import type { AnswerFile } from "../document/answer-file.ts";
import { getValue } from "../document/setting-path.ts";
import { commandsOf } from "./commands.ts";
import { auditSteps, generalizeSteps, oobeSteps } from "./timeline-after-specialize.ts";
import type { Timeline } from "./timeline-schema.ts";
import { offlineSteps, windowsPeSteps } from "./timeline-windows-pe.ts";
import { TimelineWriter } from "./timeline-writer.ts";

const REMARKS = [
  "The order of passes and of commands in a pass is documented; the order of components in a pass is not.",
  "Setup restarts more often than shown, for drivers and updates.",
  "Logs are where the reference pages say; nothing here was run on a real Windows.",
];

/** What an answer file makes Setup do: boot by boot, pass by pass, in order. */
export function timelineOf(file: AnswerFile): Timeline {
  const writer = new TimelineWriter(file);
  if (hasPass(file, "windowsPE") || hasPass(file, "offlineServicing")) {
    writer.boot("Windows Setup in Windows PE");
    windowsPeSteps(writer);
    offlineSteps(writer);
    writer.restart("offlineServicing", "Setup restarts into the installed Windows");
  }
  writer.boot("First start of the installed Windows");
  specializeSteps(writer);
  writer.boot("Out-of-box experience");
  oobeSteps(writer);
  if (getValue(file, `oobeSystem/${DEPLOYMENT}/Reseal/Mode`) === "Audit") auditSteps(writer);
  return {
    file: file.file ?? "",
    boots: writer.boots.filter(({ steps }) => steps.length > 0).map((boot, i) => ({ ...boot, number: i + 1 })),
    generalize: generalizeSteps(file),
    remarks: REMARKS,
  };
}

function hasPass(file: AnswerFile, pass: string): boolean {
  return file.settings.some((section) => section.pass === pass);
}

function specializeSteps(writer: TimelineWriter): void {
  writer.settings("specialize", "SYSTEM", LOG, [DEPLOYMENT]);
  writer.commands("specialize", DEPLOYMENT, "RunAsynchronous/RunAsynchronousCommand", {
    user: "SYSTEM",
    log: LOG,
    waits: false,
  });
  for (const command of commandsOf(writer.file, "specialize", DEPLOYMENT, "RunSynchronous/RunSynchronousCommand")) {
    writer.command("specialize", command, { user: "SYSTEM", log: LOG, waits: true });
    if (command.willReboot === "Always") {
      writer.restart("specialize", "Restart, as the command above asks for it");
      writer.boot("Specialize, continued");
    }
  }
  writer.restart("specialize", "Windows restarts before the out-of-box experience");
}

const LOG = "%WINDIR%\\Panther\\UnattendGC\\setupact.log";
