import { DEPLOYMENT, SHELL } from "../catalog/component-names.ts";
import type { AnswerFile } from "../document/answer-file.ts";
import { findSettings, getValue } from "../document/setting-path.ts";
import { childText } from "../document/tree.ts";
import type { TimelineStep } from "./timeline-schema.ts";
import { TimelineWriter } from "./timeline-writer.ts";

const OOBE_LOG = "%WINDIR%\\Panther\\UnattendGC\\setupact.log";

/** The pass oobeSystem, then the first logon and what follows at every one. */
export function oobeSteps(writer: TimelineWriter): void {
  const { file } = writer;
  const pass = "oobeSystem";
  const log = OOBE_LOG;
  if (!file.settings.some((section) => section.pass === pass)) return;
  writer.settings(pass, "SYSTEM", log);
  accountSteps(writer, pass);
  const setupComplete = "%WINDIR%\\Setup\\Scripts\\SetupComplete.cmd, if it is there";
  const note = "not with OEM keys; a restart in it is not waited for";
  writer.step(undefined, { pass, kind: "note", action: setupComplete, user: "SYSTEM", waits: true, log, note });
  const user = autologonSteps(writer, pass);
  const atLogon = user ?? "the first administrator who logs on";
  writer.commands(pass, SHELL, "FirstLogonCommands/SynchronousCommand", {
    user: `${atLogon}, elevated`,
    log,
    waits: true,
    note: "from Windows 10 on, the reference page says that these start without waiting for each other",
  });
  writer.commands(pass, SHELL, "LogonCommands/AsynchronousCommand", {
    user: user ?? "whoever logs on",
    log,
    waits: false,
  });
}

function accountSteps(writer: TimelineWriter, pass: string): void {
  const { file } = writer;
  for (const item of findSettings(file, `${pass}/${SHELL}/UserAccounts/LocalAccounts/LocalAccount`)) {
    const groups = childText(item, "Group");
    const action = `Create the user ${childText(item, "Name") ?? "?"}${groups ? ` in ${groups}` : ""}`;
    writer.step(item, { pass, kind: "account", action, user: "SYSTEM", waits: true, log: OOBE_LOG });
  }
  const administrator = findSettings(file, `${pass}/${SHELL}/UserAccounts/AdministratorPassword`)[0];
  if (administrator) {
    const action = "Set the password of the built-in administrator";
    writer.step(administrator, { pass, kind: "account", action, user: "SYSTEM", waits: true, log: OOBE_LOG });
  }
}

/** The user who is logged on without being asked. */
function autologonSteps(writer: TimelineWriter, pass: string): string | undefined {
  const { file } = writer;
  const element = findSettings(file, `${pass}/${SHELL}/AutoLogon`)[0];
  const user = getValue(file, `${pass}/${SHELL}/AutoLogon/Username`);
  if (!element || getValue(file, `${pass}/${SHELL}/AutoLogon/Enabled`) !== "true" || !user) return undefined;
  const count = getValue(file, `${pass}/${SHELL}/AutoLogon/LogonCount`);
  const times = count
    ? `${count === "1" ? "once" : `${count} times`} (Windows counts one more)`
    : "until it is switched off";
  writer.step(element, { pass, kind: "logon", action: `Log ${user} on, ${times}`, user, waits: true, log: OOBE_LOG });
  return user;
}

/** Audit mode: in place of the first logon, until somebody reseals. */
export function auditSteps(writer: TimelineWriter): void {
  const { file } = writer;
  writer.restart("oobeSystem", "Windows restarts into audit mode, as Reseal asks for it");
  writer.boot("Audit mode");
  writer.settings("auditSystem", "SYSTEM", OOBE_LOG);
  accountSteps(writer, "auditSystem");
  const user = autologonSteps(writer, "auditSystem") ?? "the built-in administrator";
  const context = { user, log: OOBE_LOG };
  writer.settings("auditUser", user, OOBE_LOG, [DEPLOYMENT]);
  const list = (kind: string) => `Run${kind}/Run${kind}Command`;
  writer.commands("auditUser", DEPLOYMENT, list("Asynchronous"), { ...context, waits: false });
  writer.commands("auditUser", DEPLOYMENT, list("Synchronous"), { ...context, waits: true });
  const reseal = findSettings(file, `auditUser/${DEPLOYMENT}/Reseal`)[0];
  const mode = getValue(file, `auditUser/${DEPLOYMENT}/Reseal/Mode`);
  if (reseal && mode) writer.restart("auditUser", `Sysprep seals the system again, for ${mode}`);
}

/** The pass generalize, which no installation runs by itself. */
export function generalizeSteps(file: AnswerFile): TimelineStep[] {
  const writer = new TimelineWriter(file);
  writer.boot("Generalize");
  writer.settings("generalize", "SYSTEM", "%WINDIR%\\System32\\Sysprep\\Panther\\setupact.log");
  return writer.boots[0]!.steps;
}
