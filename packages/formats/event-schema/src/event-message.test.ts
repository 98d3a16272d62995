import { expect, test } from "vitest";
import type { EventLayout, FieldLayout } from "./event-layout.ts";
import { eventMessage } from "./event-message.ts";
import type { FieldValue } from "./field-value.ts";

const GUID = "7d6f4c2a-1b3e-4f5a-8c9d-0e1f2a3b4c5d";
const FIELDS: readonly FieldLayout[] = [
  { name: "Price", type: "uint32" },
  { name: "Kind", type: "uint8", map: { name: "Kinds", kind: "values", entries: new Map([[2, "Book"]]) } },
  { name: "Id", type: "guid" },
  { name: "Code", type: "uint32", display: "hex" },
  { name: "When", type: "filetime" },
  { name: "Peer", type: "uint32", display: "ipv4" },
];
const VALUES: Readonly<Record<string, FieldValue>> = {
  Price: 42,
  Kind: 2,
  Id: GUID,
  Code: 255,
  When: 133_500_000_000_000_000n,
  Peer: "192.0.2.1",
};

function say(message: string, values = VALUES): string | undefined {
  const layout: EventLayout = {
    provider: { guid: GUID, name: "Shop" },
    name: "Shop/Sold",
    task: "Sold",
    opcode: "",
    version: 0,
    message,
    fields: FIELDS,
  };
  return eventMessage(layout)?.(values);
}

test.each([
  ["%2 for %1 at %6.", "Book for 42 at 192.0.2.1."],
  ["%3: %4, %5", "{7D6F4C2A-1B3E-4F5A-8C9D-0E1F2A3B4C5D}: 0xFF, 2024-01-17T21:20:00.0000000Z"],
  // Specifications of printf: what does not fit the value changes nothing.
  ["%1!5u!|%1!-5d!|%4!08X!|%6!s!|%2!x!", "   42|42   |000000FF|192.0.2.1|2"],
  ["100%% of%b%1%t%%1%!%.", "100% of 42\t%1!."],
  ["one%ntwo\r\nthree%r%n", "one\ntwo\nthree"],
  ["%1%0 and nothing else %2", "42"],
  // Longer texts than the template has fields for, and what is no escape.
  ["%7 %99 %x %", "%7 %99 %x %"],
])("%s", (message, expected) => {
  expect(say(message)).toBe(expected);
});

test("an argument that the event does not hold stays a reference", () => {
  expect(say("%1 %4!x!", { Price: 1 })).toBe("1 %4!x!");
});

test("no text, no message", () => {
  expect(say("")).toBeUndefined();
});
