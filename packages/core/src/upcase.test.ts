import { expect, test } from "vitest";
import { digest } from "./digest.ts";
import { compareNames, equalNames, upcase, upcaseTable } from "./upcase.ts";

test("is the $UpCase table that mkntfs writes for Windows 7", () => {
  // SHA-256 of the 128 KB of $UpCase on a volume made by mkntfs 2022.10.3. A runtime with a newer Unicode that upcases more
  // letters fails here.
  const bytes = new Uint8Array(upcaseTable().slice().buffer);
  expect(digest("sha256", bytes)).toBe("41c26bc7a12bdaeb26025c93118697c7e3ef81ee048b00fe5cce2a472e0e0742");
});

test("maps code unit to code unit, and never more", () => {
  expect(upcase("Straße.dll")).toBe("STRAßE.DLL");
  expect(upcase("ıſµς")).toBe("ıſµς");
  expect(upcase("\u1f80")).toBe("\u1f88");
  expect(upcase("çéñдωﬁ")).toBe("ÇÉÑДΩﬁ");
  expect(upcase("\ud801\udc28\ud800")).toBe("\ud801\udc28\ud800");
});

test("orders as an NTFS directory does", () => {
  // "_" (0x5f) stands between capitals and small letters in ASCII, but after both when they are upcased.
  expect(["a_", "B", "ab", "a", "A", "aB"].sort(compareNames)).toEqual(["A", "a", "aB", "ab", "a_", "B"]);
  expect(compareNames("x", "x")).toBe(0);
});

test("takes names for the same as Windows does", () => {
  expect(equalNames("System32", "SYSTEM32")).toBe(true);
  expect(equalNames("System32", "System33")).toBe(false);
  expect(equalNames("a", "ab")).toBe(false);
  expect(equalNames("I", "ı")).toBe(false);
  // Locale rules of Turkish do not apply: i is I.
  expect(equalNames("i", "I")).toBe(true);
});
