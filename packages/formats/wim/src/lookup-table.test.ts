import { ByteReader, ByteWriter } from "@adk/core";
import { adkError } from "@adk/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { LOOKUP_ENTRY_SIZE, parseLookupTable, writeLookupTable } from "./lookup-table.ts";
import { checkResource, parseResourceHeader, writeResourceHeader } from "./resource-header.ts";
import { hash, resourceHeader, u32 } from "./testing/arbitraries.ts";

test("resource headers are written as they were read", () => {
  fc.assert(
    fc.property(resourceHeader, (resource) => {
      const writer = new ByteWriter();
      writeResourceHeader(writer, resource);
      expect(writer.position).toBe(24);
      expect(parseResourceHeader(new ByteReader(writer.finish()))).toEqual(resource);
    }),
  );
});

test("a size has 56 bits, an offset 64", () => {
  const bytes = Uint8Array.from({ length: 24 }, (_, i) => (i < 6 || i === 7 ? i + 1 : 0));
  expect(parseResourceHeader(new ByteReader(bytes))).toEqual({
    storedSize: 0x060504030201,
    flags: 8,
    offset: 0,
    size: 0,
  });
});

test("a resource must lie within the file, and have one size if it is not compressed", () => {
  const resource = { storedSize: 10, flags: 0, offset: 90, size: 10 };
  checkResource(resource, "table", 100, "f");
  expect(() => checkResource(resource, "table", 99, "f")).toThrow(
    adkError("WIM_RESOURCE_OUTSIDE_FILE", { offset: 90 }),
  );
  expect(() => checkResource({ ...resource, size: 11 }, "table", 100, "f")).toThrow(adkError("WIM_RESOURCE_BAD_SIZE"));
  checkResource({ ...resource, flags: 4, size: 11 }, "table", 100, "f");
});

test("lookup tables are written as they were read", () => {
  const entry = fc.record({ resource: resourceHeader, partNumber: fc.nat(0xffff), referenceCount: u32, sha1: hash });
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 20 }), (entries) => {
      const bytes = writeLookupTable(entries);
      expect(bytes.length).toBe(entries.length * LOOKUP_ENTRY_SIZE);
      expect(parseLookupTable(bytes)).toEqual(entries);
    }),
  );
});

test("a table that ends inside an entry is refused", () => {
  expect(() => parseLookupTable(new Uint8Array(149), "f", 1000)).toThrow(
    adkError("WIM_BAD_LOOKUP_TABLE", { file: "f", offset: 1000, found: 149 }),
  );
});
