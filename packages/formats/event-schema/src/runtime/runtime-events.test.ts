import { expect, test } from "vitest";
import { decodeFields } from "../decode-fields.ts";
import { formatValue } from "../format-value.ts";
import { knownProviderEvent } from "../known-providers.ts";
import { PayloadWriter } from "../testing/payload.ts";

const RUNTIME = "e13c0d23-ccbc-4e12-931b-d9cc2eee27e4";
const RUNDOWN = "a669021c-c450-4609-a035-5af59af4df18";

function shown(id: number, version: number, payload: Uint8Array): Record<string, string> {
  const layout = knownProviderEvent(RUNTIME, id, version)!;
  const { values, truncated, trailing } = decodeFields(layout, payload, 8);
  expect({ truncated, trailing }).toEqual({});
  return Object.fromEntries(layout.fields.map((field) => [field.name, formatValue(field, values[field.name] ?? null)]));
}

test("the start of a collection, with names of its reason and type", () => {
  const payload = new PayloadWriter().u32(7).u32(2).u32(1).u32(0).u16(9).u64(0n).finish();
  expect(knownProviderEvent(RUNTIME, 1, 2)?.name).toBe("Microsoft-Windows-DotNETRuntime/GC/Start");
  expect(shown(1, 2, payload)).toEqual({
    Count: "7",
    Depth: "2",
    Reason: "Induced",
    Type: "NonConcurrentGC",
    ClrInstanceID: "9",
    ClientSequenceNumber: "0",
  });
});

test("as many structures and frames as a field says", () => {
  const types = new PayloadWriter().u32(2).u16(9);
  for (const name of ["A", "B"]) types.u64(1n).u64(2n).u32(3).u32(9).u8(4).wide(name).u32(1).u64(5n);
  expect(shown(15, 0, types.finish())["Values"]).toContain(
    "{TypeID=0x1, ModuleID=0x2, TypeNameID=3, Flags=Delegate, Array, CorElementType=4, Name=B, TypeParameterCount=1, TypeParameters=[0x5]}",
  );
  const stack = new PayloadWriter().u16(9).u8(0).u8(0).u32(3).u64(1n).u64(2n).u64(3n).finish();
  expect(shown(82, 0, stack)["Stack"]).toBe("[0x1, 0x2, 0x3]");
});

test("a later version has the layout of the last one before it; other identifiers have none", () => {
  const latest = knownProviderEvent(RUNTIME, 1, 200);
  expect(latest).toBe(knownProviderEvent(RUNTIME, 1, 2));
  expect(knownProviderEvent(RUNDOWN, 143, 1)?.name).toBe(
    "Microsoft-Windows-DotNETRuntimeRundown/Method/DCStartVerbose",
  );
  expect(knownProviderEvent(RUNTIME, 9999, 0)).toBeUndefined();
});
