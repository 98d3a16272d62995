import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Finding, type Findings, isHostDirectory, parseSourceName, SIDECAR_NAME, type Volume } from "@adk/core";
import { openSource, openSourceFile, selectImage } from "@adk/sources";
import { type ImageProperties, isWim, openImage, openWimFile } from "@adk/wim";

/** One of two sources that are compared. */
export interface Side extends AsyncDisposable {
  readonly volume: Volume;
  /** A directory of the host without a sidecar, which cannot hold all that Windows keeps. */
  readonly host: boolean;
  /** Of an image of a WIM file: what the XML data says of it. */
  readonly properties?: ImageProperties;
  /** What was wrong with the file and could be passed over. */
  readonly findings: readonly Finding[];
}

const MAGIC_BYTES = 8;

/** @param findings told of entries of a host directory that a Windows volume cannot have */
export async function openSide(name: string, findings: Findings): Promise<Side> {
  const source = parseSourceName(name);
  if (source.inner.length === 0 && (await isHostDirectory(source.path))) {
    const bare = !existsSync(join(source.path, SIDECAR_NAME));
    return sideOf(await openSource(name, { findings }), bare);
  }
  const { access, selector } = await openSourceFile(name);
  if (!isWim(await access.read(0, Math.min(MAGIC_BYTES, access.size)))) {
    await access.close();
    return sideOf(await openSource(name, { findings }), false);
  }
  const file = await openWimFile(access);
  try {
    const index = selectImage(file, selector);
    const volume = await openImage(file, index, true);
    return { ...sideOf(volume, false), properties: file.properties(index), findings: file.findings.list };
  } catch (error) {
    await file.close();
    throw error;
  }
}

function sideOf(volume: Volume, host: boolean): Side {
  return { volume, host, findings: [], [Symbol.asyncDispose]: () => volume.close() };
}
