import {
  AdkError,
  baseName,
  childPath,
  type Findings,
  type Guid,
  isRealDirectory,
  normalizePath,
  parentPath,
  type RandomAccess,
  type Volume,
} from "@adk/core";
import type { ManifestProvider } from "@adk/event-schema";
import { type Key, openOfflineHives, textOf } from "@adk/registry";
import { openSource } from "@adk/sources";
import { readProgramTemplates } from "./program-templates.ts";

/** Where Windows keeps who writes which events, in the hive SOFTWARE. */
const PUBLISHERS = "Microsoft\\Windows\\CurrentVersion\\WINEVT\\Publishers";
/** The language whose texts are taken where there are several. */
const LANGUAGE = "en-US";

/**
 * Manifests of providers as a Windows that does not run has them: its registry tells which program carries each.
 *
 * @param source a directory, `install.wim:6` ...
 * @returns those that are found; one whose program cannot be read has a name and no events, and a finding tells why
 */
export async function readOfflinePublishers(
  source: string,
  guids: Iterable<Guid>,
  findings: Findings,
): Promise<ManifestProvider[]> {
  await using volume = await openSource(source, { findings });
  await using hives = await openOfflineHives(volume);
  const software = await hives.hive("SOFTWARE");
  if (!software) {
    throw new AdkError("TRACE_NO_WINDOWS", "There is no Windows with a registry here.", {
      file: volume.name,
      expected: hives.pathOf("SOFTWARE"),
    });
  }
  const providers: ManifestProvider[] = [];
  for (const guid of guids) {
    try {
      const key = software.key(`${PUBLISHERS}\\{${guid}}`);
      if (!key) continue;
      const found = await readPublisher(volume, hives.windows, key, findings);
      providers.push(found.find((provider) => provider.guid === guid) ?? nameOnly(guid, textValue(key, "")));
    } catch (error) {
      findings.fromError(error);
    }
  }
  return providers;
}

function nameOnly(guid: Guid, name: string): ManifestProvider {
  return { guid, name: name || guid, symbol: undefined, events: [], byId: () => undefined };
}

async function readPublisher(
  volume: Volume,
  windows: string,
  key: Key,
  findings: Findings,
): Promise<ManifestProvider[]> {
  const opened: RandomAccess[] = [];
  const open = async (path: string): Promise<RandomAccess | undefined> => {
    const entry = await volume.lookup(path);
    const access = entry && !isRealDirectory(entry) ? await volume.open(entry) : undefined;
    if (access) opened.push(access);
    return access;
  };
  try {
    const resource = volumePath(textValue(key, "ResourceFileName"), windows);
    const program = resource === undefined ? undefined : await open(resource);
    if (resource === undefined || !program) {
      findings.warning("TRACE_NO_PUBLISHER", "The program that describes a provider's events is not in this Windows.", {
        file: resource ?? key.path,
      });
      return [];
    }
    const texts: RandomAccess[] = [];
    for (const path of await textFiles(volume, resource, volumePath(textValue(key, "MessageFileName"), windows))) {
      const text = await open(path);
      if (text) texts.push(text);
    }
    return await readProgramTemplates(program, texts, findings);
  } catch (error) {
    // The name of the provider is known all the same.
    findings.fromError(error);
    return [];
  } finally {
    for (const access of opened) await access.close();
  }
}

/** Where the texts of a program's events may be: its own `.mui` file, the file of messages, the `.mui` file of that. */
async function textFiles(volume: Volume, resource: string, messages: string | undefined): Promise<string[]> {
  const files: string[] = [];
  for (const program of new Set([resource, messages ?? resource])) {
    if (program !== resource) files.push(program);
    const mui = await muiFile(volume, program);
    if (mui !== undefined) files.push(mui);
  }
  return files;
}

/** `system32/en-US/x.dll.mui` of `system32/x.dll`, or that of another language. */
async function muiFile(volume: Volume, program: string): Promise<string | undefined> {
  const folder = parentPath(program);
  const name = `${baseName(program)}.mui`;
  const usual = `${childPath(folder, LANGUAGE)}/${name}`;
  if (await volume.lookup(usual)) return usual;
  const entry = await volume.lookup(folder);
  if (!entry || !isRealDirectory(entry)) return undefined;
  for (const each of await volume.list(entry)) {
    // Folders of languages: `de-DE`, `sr-Latn-RS`.
    if (!isRealDirectory(each) || !/^[a-z]{2,3}-[a-z]/i.test(each.name)) continue;
    if (await volume.lookup(`${each.path}/${name}`)) return `${each.path}/${name}`;
  }
  return undefined;
}

/** `%SystemRoot%\system32\x.dll` in the volume; undefined of what is no path of a file there. */
function volumePath(text: string, windows: string): string | undefined {
  const plain = text
    .trim()
    .replace(/^"(.*)"$/, "$1")
    .replace(/^%(SystemRoot|windir)%/i, windows)
    .replace(/^\\SystemRoot/i, windows)
    .replace(/^%(ProgramFiles|ProgramW6432)%/i, "/Program Files")
    .replace(/^%ProgramFiles\(x86\)%/i, "/Program Files (x86)")
    .replace(/^%ProgramData%/i, "/ProgramData")
    .replace(/^(%SystemDrive%|[a-z]:)/i, "");
  return /^[\\/]/.test(plain) && !plain.includes("%") ? normalizePath(plain) : undefined;
}

/** Empty where there is none. */
function textValue(key: Key, name: string): string {
  const value = key.value(name);
  return value ? textOf(value.data()) : "";
}
