import { digestBytes, type Guid, guidFromBytes } from "@adk/core";

/** What EventSource and TraceLogging put before a name, in network byte order. */
const NAMESPACE = Buffer.from("482c2db2c39047c887f81a15bfc130fb", "hex");

/**
 * The GUID that EventSource and TraceLogging give a provider by its name: the first 16 bytes of the SHA-1 of a namespace and the
 * name in capitals, as UTF-16 with the high byte first.
 */
export function providerGuidFromName(name: string): Guid {
  const text = Buffer.from(name.toUpperCase(), "utf16le").swap16();
  const hash = digestBytes("sha1", Buffer.concat([NAMESPACE, text])).slice(0, 16);
  hash[7] = (hash[7]! & 0x0f) | 0x50;
  return guidFromBytes(hash);
}
