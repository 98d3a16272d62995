import { finding } from "@adk/cli-kit/schemas";
import { decodeTextFile, Findings, parseSourceName, type Volume } from "@adk/core";
import { readWinPe } from "@adk/image";
import { type Key, openOfflineHives, textOf } from "@adk/registry";
import { openSource } from "@adk/sources";
import * as z from "zod";

/** `adk media winpe info` */
export const winPeInfoResult = z.object({
  source: z.string(),
  /** Build number of Windows. */
  build: z.string().optional(),
  /** MB */
  scratchSpace: z.number(),
  targetPath: z.string(),
  /** Names of the optional components that are in the image, as the registry has them. */
  optionalComponents: z.array(z.string()),
  startnet: z.string().optional(),
  winpeshl: z.string().optional(),
  /** The program that is started first. */
  commandLine: z.string().optional(),
  findings: z.array(finding),
});
export type WinPeInfo = z.output<typeof winPeInfoResult>;

const SYSTEM32 = "/Windows/System32";
/** Bytes of a text that is shown. */
const MOST_TEXT = 1 << 20;

/**
 * What a Windows PE is set to.
 *
 * @param source `boot.wim`, `setup.iso!/sources/boot.wim:1`, a directory; of a WIM file without a number the image 1
 * @throws AdkError `IMAGE_NOT_WINPE`
 */
export async function readWinPeInfo(source: string): Promise<WinPeInfo> {
  const image = isWimName(source) ? `${source}:1` : source;
  const settings = await readWinPe(image);
  const findings = new Findings();
  await using volume = await openSource(image, { findings });
  await using hives = await openOfflineHives(volume);
  const version = (await hives.hive("SOFTWARE"))?.key("Microsoft\\Windows NT\\CurrentVersion");
  const setup = (await hives.hive("SYSTEM"))?.key("Setup");
  const components = version?.subkey("WinPE")?.subkey("OC")?.subkeys() ?? [];
  return {
    source: image,
    build: textValue(version, "CurrentBuildNumber"),
    ...settings,
    optionalComponents: components.map(({ name }) => name).sort(),
    startnet: await readText(volume, `${SYSTEM32}/startnet.cmd`),
    winpeshl: await readText(volume, `${SYSTEM32}/winpeshl.ini`),
    commandLine: textValue(setup, "CmdLine"),
    findings: findings.list,
  };
}

function isWimName(source: string): boolean {
  return parseSourceName(source).selector === undefined && /\.(wim|esd|swm)$/i.test(source);
}

async function readText(volume: Volume, path: string): Promise<string | undefined> {
  const entry = await volume.lookup(path);
  if (!entry || entry.size > MOST_TEXT) return undefined;
  return decodeTextFile(await volume.read(entry));
}

function textValue(key: Key | undefined, name: string): string | undefined {
  const value = key?.value(name);
  return value && textOf(value.data());
}
