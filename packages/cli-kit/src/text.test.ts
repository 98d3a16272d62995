import { describe, expect, test } from "vitest";
import { formatBytes, formatDuration, textWidth, truncate, visible } from "./text.ts";

describe("truncate", () => {
  test("leaves what fits", () => expect(truncate("install.wim", 11)).toBe("install.wim"));
  test("cuts at the end", () => expect(truncate("install.wim", 8)).toBe("install…"));
  test("keeps the end of a path", () =>
    expect(truncate("\\Windows\\System32\\ntdll.dll", 16, "middle")).toBe("\\Wind…\\ntdll.dll"));
  test("counts wide characters as two and never splits one", () => {
    const cut = truncate("文書フォルダー.txt", 8, "middle");
    expect(cut).toBe("文….txt");
    expect(textWidth(cut)).toBeLessThanOrEqual(8);
    expect(textWidth("文書")).toBe(4);
  });
  test("keeps a character and its marks together", () => expect(truncate("e\u0301e\u0301e\u0301", 2)).toBe("e\u0301…"));
  test("gives no more than there is room for", () => {
    for (let columns = 0; columns < 12; columns++) {
      for (const where of ["end", "middle"] as const) {
        expect(textWidth(truncate("ab文書👩‍👩‍👧cdef", columns, where))).toBeLessThanOrEqual(columns);
      }
    }
  });
});

test("control characters and direction marks are made visible", () => {
  expect(visible("a\u001b[2Jb\n\u009b\u202ec")).toBe("a\\x1b[2Jb\\x0a\\x9b\\u202ec");
  expect(visible("Übergröße 文")).toBe("Übergröße 文");
});

test("sizes", () => {
  const sizes = [0, 1023, 1024, 1536, 1024 * 1024 - 1, 4.2 * 2 ** 30, 2n ** 63n].map(formatBytes);
  expect(sizes).toEqual(["0 B", "1023 B", "1.0 KiB", "1.5 KiB", "1.0 MiB", "4.2 GiB", "8192.0 PiB"]);
});

test("durations", () => {
  expect([0, 412, 9949, 9950, 59_400, 60_000, 185_000, 3_723_000].map(formatDuration)).toEqual([
    "0.0 s",
    "0.4 s",
    "9.9 s",
    "10 s",
    "59 s",
    "1:00",
    "3:05",
    "1:02:03",
  ]);
});
