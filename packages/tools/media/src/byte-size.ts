import { AdkError, check } from "@adk/core";

const UNITS = ["", "K", "M", "G", "T"];

/** Bytes of a size as people write it: `500M`, `7.5G`, `64GiB`, `1048576`; units of 1024. @throws AdkError `SIZE_INVALID` */
export function parseByteSize(text: string): number {
  const match = /^(\d{1,15}(?:\.\d{1,6})?)\s*([KMGT]?)(?:i?B)?$/i.exec(text.trim());
  const bytes = Math.floor(Number(match?.[1]) * 1024 ** UNITS.indexOf((match?.[2] ?? "").toUpperCase()));
  check(Number.isSafeInteger(bytes) && bytes > 0, () => {
    return new AdkError("SIZE_INVALID", `"${text}" is no size.`, {
      kind: "usage",
      expected: "for instance 8G or 500M",
    });
  });
  return bytes;
}
