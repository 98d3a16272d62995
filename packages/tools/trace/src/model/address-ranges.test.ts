import fc from "fast-check";
import { expect, test } from "vitest";
import { AddressRanges } from "./address-ranges.ts";

test("ranges hold what was added and not removed, however they overlap", () => {
  const operation = fc.record({ add: fc.boolean(), start: fc.nat(40), size: fc.nat(12) });
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 40 }), (operations) => {
      const ranges = new AddressRanges();
      const model = new Set<number>();
      for (const { add, start, size } of operations) {
        if (add) ranges.add(start, size);
        else ranges.remove(start, size);
        for (let i = start; i < start + size; i++) {
          if (add) model.add(i);
          else model.delete(i);
        }
        expect(ranges.total).toBe(model.size);
      }
    }),
  );
});
