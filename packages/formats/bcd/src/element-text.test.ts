import { expect, test } from "vitest";
import { elementIdFor, elementName, formatElement, ObjectType, objectIdOf, parseElement } from "./index.ts";

const idOf = (text: string) => objectIdOf(text) ?? "";

/** An element as it is written and shown again. */
function again(name: string, type: number, ...texts: string[]): readonly string[] {
  const id = elementIdFor(name, type);
  return formatElement(id, parseElement(id, texts, type, idOf), type, (object) => `{${object}}`);
}

test.each([
  ["nx", ["alwayson"], ["AlwaysOn"]],
  ["nx", ["7"], ["7"]],
  ["testsigning", ["TRUE"], ["Yes"]],
  ["testsigning", ["0"], ["No"]],
  ["numproc", ["0x10"], ["16"]],
  ["truncatememory", ["268435456"], ["0x10000000"]],
  ["hostip", ["192.168.1.2"], ["192.168.1.2"]],
  ["vsmlaunchtype", ["off"], ["Off"]],
  ["description", ["Windows", "11"], ["Windows 11"]],
  ["custom:17000077", ["0x15000075", "0x15000080"], ["0x15000075", "0x15000080"]],
  ["inherit", ["{globalsettings}"], ["{7ea2e1ac-2e61-4728-aaa3-896d9d0a9f0e}"]],
  ["custom:26000999", ["on"], ["Yes"]],
])("%s %j is shown as %j", (name, texts, shown) => {
  expect(again(name, ObjectType.LOADER, ...texts)).toEqual(shown);
});

test.each([
  ["testsigning", "maybe", undefined],
  ["nx", "optinn", /optin/],
  ["numproc", "18446744073709551616", undefined],
  ["numproc", "-1", undefined],
  ["hostip", "192.168.1.256", undefined],
])("%s takes no %s", (name, text, hint) => {
  const thrown = { code: "BCD_BAD_VALUE", ...(hint && { hint: expect.stringMatching(hint) }) };
  expect(() => again(name, ObjectType.LOADER, text)).toThrow(expect.objectContaining(thrown));
});

test("a name means what the object says; other tables' names are known", () => {
  expect(elementName(0x2500_0004, ObjectType.BOOT_MANAGER)).toBe("timeout");
  expect(elementName(0x2500_0004, ObjectType.MEMORY_TEST)).toBe("testtofail");
  expect(elementName(0x2500_0999, ObjectType.LOADER)).toBe("custom:25000999");
  expect(elementIdFor("hypervisordebugnetkey", ObjectType.LOADER)).toBe(0x2200_0110);
  expect(() => elementIdFor("constructor", ObjectType.LOADER)).toThrow(
    expect.objectContaining({ code: "BCD_UNKNOWN_ELEMENT" }),
  );
  expect(() => elementIdFor("testsining", ObjectType.LOADER)).toThrow(
    expect.objectContaining({ hint: 'Did you mean "testsigning"?' }),
  );
});
