import { basename } from "node:path";
import type { EditTarget } from "./edit-target.ts";
import { putFiles } from "./put-files.ts";

/** Setup runs it after its last phase, as SYSTEM; not with a product key of an OEM ("Add a Custom Script to Windows Setup"). */
const SETUP_COMPLETE = "/Windows/Setup/Scripts/SetupComplete.cmd";
const SCRIPT = "/Windows/Setup/Scripts/adk-servicing.cmd";
const PAYLOADS = "/Windows/Setup/Packages";

/** What is left to the first start of an image. */
export interface FirstStartStep {
  /** Lines of a script that Windows runs. */
  readonly commands: readonly string[];
  /** Files of the host that they need. */
  readonly payloads: readonly string[];
}

/** Where a payload lies when the commands run. */
export function payloadPath(file: string): string {
  return `%WINDIR%\\Setup\\Packages\\${basename(file)}`;
}

/**
 * Puts the payloads into the image, adds the commands to a script of ours, and has SetupComplete.cmd call that before anything
 * else it does.
 */
export async function leaveToFirstStart(target: EditTarget, step: FirstStartStep, time: bigint): Promise<void> {
  for (const file of step.payloads) await putFiles(target, file, `${PAYLOADS}/${basename(file)}`);
  const before = (await readText(target, SCRIPT)) ?? "@echo off\r\n";
  await target.addFile(SCRIPT, encode(before + step.commands.map((command) => `${command}\r\n`).join("")), time);
  const call = 'call "%~dp0adk-servicing.cmd"\r\n';
  const setup = (await readText(target, SETUP_COMPLETE)) ?? "";
  if (!setup.startsWith(call)) await target.addFile(SETUP_COMPLETE, encode(call + setup), time);
}

async function readText(target: EditTarget, path: string): Promise<string | undefined> {
  const entry = await target.volume.lookup(path);
  // A script may be in any code page: its bytes come back as they were.
  return entry && Buffer.from(await target.volume.read(entry)).toString("latin1");
}

function encode(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}
