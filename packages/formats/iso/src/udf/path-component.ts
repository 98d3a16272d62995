import { decodeCompressedUnicode } from "./dstring.ts";

// Path components, ECMA-167 4/14.16.1: the data of a symbolic link.

const Component = { ROOT_OF: 1, ROOT: 2, PARENT: 3, CURRENT: 4, NAME: 5 } as const;
const HEAD = 4;

/** @returns where the link leads, as Windows writes it: `..\boot\a.txt`; what is damaged ends it */
export function parseLinkTarget(bytes: Uint8Array): string {
  const parts: string[] = [];
  let rooted = false;
  for (let at = 0; at + HEAD <= bytes.length; ) {
    const [type = 0, length = 0] = bytes.subarray(at, at + 2);
    if (type === Component.ROOT || type === Component.ROOT_OF) {
      rooted = true;
      parts.length = 0;
    } else if (type === Component.PARENT) parts.push("..");
    else if (type === Component.CURRENT) parts.push(".");
    else if (type === Component.NAME)
      parts.push(decodeCompressedUnicode(bytes.subarray(at + HEAD, at + HEAD + length)));
    else break;
    at += HEAD + length;
  }
  return (rooted ? "\\" : "") + parts.join("\\");
}
