import { expect, test } from "vitest";
import { hostTarget } from "./host-target.ts";

test.each([
  ["..\\a\\b", "/root", "../a/b"],
  ["C:\\Windows\\x", "/root", "/root/Windows/x"],
  ["\\Windows", "/root", "/root/Windows"],
  ["C:\\", "/root", "/root"],
  ["C:", "/root", "/root"],
  ["C:\\Windows", "", "/Windows"],
  ["C:", "", "/"],
  ["\\\\server\\share", "/root", "//server/share"],
  ["C:relative", "/root", "C:relative"],
])("%s below %j is %s", (target, root, host) => {
  expect(hostTarget(target, root)).toBe(host);
});
