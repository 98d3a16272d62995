import { digest, isRealDirectory, toHex, type Volume, type VolumeEntry } from "@adk/core";

/** All that a volume holds, as plain values to compare: by path, with data as SHA-1 and the names of each file. */
export async function volumeContent(volume: Volume): Promise<Record<string, unknown>> {
  const content: Record<string, unknown> = {};
  const links = new Map<string, string[]>();
  const pending: VolumeEntry[] = [volume.root];
  for (let entry = pending.pop(); entry; entry = pending.pop()) {
    content[entry.path] = await entryContent(volume, entry, links);
    if (isRealDirectory(entry)) pending.push(...(await volume.list(entry)));
  }
  for (const names of links.values()) names.sort();
  return content;
}

async function entryContent(volume: Volume, entry: VolumeEntry, links: Map<string, string[]>) {
  const { path, shortName, attributes, creationTime, lastAccessTime, lastWriteTime, reparseTag, linkId } = entry;
  const point = await volume.reparsePoint(entry);
  const descriptor = await volume.securityDescriptor(entry);
  const streams: [string, string][] = [];
  for (const { name } of entry.streams) streams.push([name, digest("sha1", await volume.read(entry, name))]);
  const names = linkId === undefined ? undefined : (links.get(linkId) ?? []);
  if (linkId !== undefined && names) {
    names.push(path);
    links.set(linkId, names);
  }
  return {
    shortName,
    attributes,
    times: [creationTime, lastAccessTime, lastWriteTime],
    size: entry.size,
    data: isRealDirectory(entry) ? undefined : digest("sha1", await volume.read(entry)),
    reparse: point && { tag: reparseTag, data: toHex(point.data), reserved: point.reserved, fixed: point.fixed },
    security: descriptor && toHex(descriptor),
    streams: streams.sort(),
    items: entry.items.map(({ tag, data }) => [tag, toHex(data)]),
    names,
  };
}
