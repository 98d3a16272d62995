import { type AnswerFile, isOwn } from "../document/answer-file.ts";
import { childElements, type XmlElement } from "../document/tree.ts";
import { type AnswerCommand, commandsOf, maskCommand, redirectionOf } from "./commands.ts";
import type { Timeline, TimelineStep } from "./timeline-schema.ts";

export interface CommandContext {
  readonly user: string;
  readonly log: string;
  readonly waits: boolean;
  readonly note?: string | undefined;
}

/** Collects the steps of a timeline, boot by boot. */
export class TimelineWriter {
  readonly file: AnswerFile;
  readonly boots: Timeline["boots"] = [];

  constructor(file: AnswerFile) {
    this.file = file;
  }

  boot(title: string): void {
    this.boots.push({ number: 0, title, steps: [] });
  }

  step(element: XmlElement | undefined, step: Omit<TimelineStep, "line">): void {
    this.boots.at(-1)?.steps.push({ ...step, line: this.lineOf(element) });
  }

  lineOf(element: XmlElement | undefined): number {
    return element === undefined ? 0 : this.file.rangeOf(element.start).line;
  }

  /** Nothing is restarted where nothing happened. */
  restart(pass: string, action: string): void {
    if (this.boots.at(-1)?.steps.length === 0) return;
    this.step(undefined, { pass, kind: "restart", action, user: "", waits: true, log: "" });
  }

  command(pass: string, command: AnswerCommand, { user, log, waits, note }: CommandContext): void {
    const { line, description, willReboot, element } = command;
    const requests = willReboot === "OnRequest" ? "restarts if it exits with 1, runs again if with 2" : undefined;
    const notes = [description, note, requests].filter((text) => text !== undefined && text !== "");
    this.step(element, {
      pass,
      kind: "command",
      action: maskCommand(line),
      user,
      waits,
      log: redirectionOf(line) ?? `${log} (that it ran; its output goes nowhere)`,
      ...(notes.length > 0 ? { note: notes.join("; ") } : {}),
    });
  }

  commands(pass: string, component: string, list: string, context: CommandContext): void {
    for (const command of commandsOf(this.file, pass, component, list)) this.command(pass, command, context);
  }

  /** One step for each component that does nothing of its own in the timeline. */
  settings(pass: string, user: string, log: string, without: readonly string[] = []): void {
    const sections = this.file.components.filter((one) => one.pass === pass && !without.includes(one.name));
    for (const { name, architecture, element } of sections) {
      const names = childElements(element)
        .filter((child) => isOwn(child) && !ACTING.has(child.local))
        .map(({ local }) => local);
      if (names.length === 0) continue;
      const action = `${name} (${architecture}): ${[...new Set(names)].join(", ")}`;
      this.step(element, { pass, kind: "settings", action, user, waits: true, log });
    }
  }
}

/** Settings that have steps of their own. */
const ACTING = new Set([
  "RunSynchronous",
  "RunAsynchronous",
  "FirstLogonCommands",
  "LogonCommands",
  "DiskConfiguration",
  "ImageInstall",
  "AutoLogon",
  "UserAccounts",
  "DriverPaths",
  "Reseal",
]);
