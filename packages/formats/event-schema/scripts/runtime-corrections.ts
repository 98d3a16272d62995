import type { EventLayout, FieldLayout, ValueMap } from "../src/index.ts";

type Fields = readonly FieldLayout[];

/** What a generation was like before and after a collection (`gc_generation_data`). */
const GENERATION: Fields = [
  ...["SizeBefore", "FreeListBefore", "FreeObjBefore", "SizeAfter", "FreeListAfter", "FreeObjAfter"],
  ...["In", "Out", "NewAllocation", "Surv"],
].map((name) => ({ name, type: "pointer" as const }));

/** The manifest gives this event no fields. Version 2 is that of .NET 4.5.2, by the source of PerfView (MIT licence). */
const PRIVATE_HEAP_HISTORY: Fields = [
  { name: "Values", type: "struct", count: 5, fields: GENERATION },
  ...["CondemnReasons0", "CondemnReasons1", "MemoryPressure", "ExpandMechanisms", "CompactMechanisms", "HeapIndex"].map(
    (name) => ({ name, type: "uint32" as const }),
  ),
  { name: "ExtraGen0Commit", type: "uint64" },
  { name: "ClrInstanceID", type: "uint8" },
];

/** Names that the manifest leaves out: those of PerfView. */
const PAUSE_MODE: ValueMap = {
  name: "GCPauseModeMap",
  kind: "values",
  entries: new Map(["Batch", "Interactive", "LowLatency", "SustainedLowLatency", "NoGC"].entries()),
};
const GLOBAL_MECHANISMS: ValueMap = {
  name: "GCGlobalMechanismsMap",
  kind: "bits",
  entries: new Map(
    ["Concurrent", "Compaction", "Promotion", "Demotion", "CardBundles"].map((name, bit) => [1 << bit, name]),
  ),
};

/** Layouts as the runtime writes them, where its manifest says otherwise or less. */
export function correctRuntimeFields({ task, opcode, version, fields }: EventLayout, reasons: ValueMap): Fields {
  switch (opcode) {
    case "CLRStackWalk":
      // Two frames in the manifest, as many as there are in events.
      return change(fields, "Stack", { count: { field: "FrameCount" } });
    case "GCPerHeapHistory":
      return task === "GarbageCollectionPrivate" && version === 2 ? PRIVATE_HEAP_HISTORY : fields;
    case "GCGlobalHeapHistory":
      return change(
        change(change(fields, "Reason", { map: reasons }), "PauseMode", { map: PAUSE_MODE }),
        "GlobalMechanisms",
        { map: GLOBAL_MECHANISMS },
      );
    case "GCFitBucketInfo":
      // Structures are written with the padding of C.
      return changeMembers(fields, ([index, ...rest]) => [index, { name: "Padding", type: "uint16" }, ...rest]);
    case "GCLOHCompact":
      // Up to the next pointer: four bytes of padding in 64-bit processes.
      return changeMembers(fields, (members) => change(members, "TimeRelocate", { type: "pointer" }));
    default:
      return fields;
  }
}

function change(fields: Fields, name: string, by: Partial<FieldLayout>): Fields {
  return fields.map((field) => (field.name === name ? { ...field, ...by } : field));
}

function changeMembers(fields: Fields, by: (members: [FieldLayout, ...FieldLayout[]]) => Fields): Fields {
  return fields.map((field) =>
    field.fields === undefined ? field : { ...field, fields: by(field.fields as [FieldLayout, ...FieldLayout[]]) },
  );
}
