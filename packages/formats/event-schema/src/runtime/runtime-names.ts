import type { Guid } from "@adk/core";

/**
 * Events of the .NET runtime in the words of PerfView, by their identifiers: its manifest calls them otherwise, and many traces do not
 * have it. Those of its tests' baselines, and their neighbours.
 */
const RUNTIME: Readonly<Record<number, string>> = {
  1: "GC/Start",
  2: "GC/Stop",
  3: "GC/RestartEEStop",
  4: "GC/HeapStats",
  5: "GC/CreateSegment",
  6: "GC/FreeSegment",
  7: "GC/RestartEEStart",
  8: "GC/SuspendEEStop",
  9: "GC/SuspendEEStart",
  10: "GC/AllocationTick",
  11: "GC/CreateConcurrentThread",
  12: "GC/TerminateConcurrentThread",
  13: "GC/FinalizersStop",
  14: "GC/FinalizersStart",
  15: "Type/BulkType",
  21: "GC/BulkSurvivingObjectRanges",
  22: "GC/BulkMovedObjectRanges",
  23: "GC/GenerationRange",
  25: "GC/MarkStackRoots",
  26: "GC/MarkFinalizeQueueRoots",
  27: "GC/MarkHandles",
  28: "GC/MarkCards",
  29: "GC/FinalizeObject",
  33: "GC/PinObjectAtGCTime",
  35: "GC/Triggered",
  82: "ClrStack/Walk",
  141: "Method/Load",
  142: "Method/Unload",
  143: "Method/LoadVerbose",
  144: "Method/UnloadVerbose",
  145: "Method/JittingStarted",
  151: "Loader/DomainModuleLoad",
  152: "Loader/ModuleLoad",
  153: "Loader/ModuleUnload",
  154: "Loader/AssemblyLoad",
  155: "Loader/AssemblyUnload",
  156: "Loader/AppDomainLoad",
  157: "Loader/AppDomainUnload",
  187: "Runtime/Start",
  190: "Method/ILToNativeMap",
  202: "GC/MarkWithType",
  204: "GC/PerHeapHistory",
  205: "GC/GlobalHeapHistory",
  208: "GC/LOHCompact",
  209: "GC/FitBucketInfo",
};

const RUNDOWN: Readonly<Record<number, string>> = {
  141: "Method/DCStart",
  142: "Method/DCStop",
  143: "Method/DCStartVerbose",
  144: "Method/DCStopVerbose",
  145: "Method/DCStartComplete",
  146: "Method/DCStopComplete",
  147: "Method/DCStartInit",
  148: "Method/DCStopInit",
  149: "Method/ILToNativeMapDCStart",
  150: "Method/ILToNativeMapDCStop",
  151: "Loader/DomainModuleDCStart",
  152: "Loader/DomainModuleDCStop",
  153: "Loader/ModuleDCStart",
  154: "Loader/ModuleDCStop",
  155: "Loader/AssemblyDCStart",
  156: "Loader/AssemblyDCStop",
  157: "Loader/AppDomainDCStart",
  158: "Loader/AppDomainDCStop",
  187: "Runtime/Start",
};

const PRIVATE: Readonly<Record<number, string>> = {
  2: "GC/Settings",
  4: "GC/PerHeapHistory",
  5: "GC/GlobalHeapHistory",
  7: "GC/MarkStackRoots",
  8: "GC/MarkFinalizeQueueRoots",
  9: "GC/MarkHandles",
  10: "GC/MarkCards",
  161: "Binding/NgenPhaseStart",
  162: "Binding/NgenPhaseStop",
  165: "Binding/LoaderPhaseStart",
  166: "Binding/LoaderPhaseStop",
  171: "Binding/LoaderAssemblyInitPhaseStart",
  172: "Binding/LoaderAssemblyInitPhaseStop",
  173: "Binding/LoaderMappingPhaseStart",
  174: "Binding/LoaderMappingPhaseStop",
  175: "Binding/LoaderDeliverEventPhaseStart",
  176: "Binding/LoaderDeliverEventsPhaseStop",
  188: "NgenBinder/NgenBind",
  196: "Binding/FusionMessage",
};

const NAMES: Readonly<Record<Guid, Readonly<Record<number, string>>>> = {
  "e13c0d23-ccbc-4e12-931b-d9cc2eee27e4": RUNTIME,
  "a669021c-c450-4609-a035-5af59af4df18": RUNDOWN,
  "763fd754-7086-4dfe-95eb-c01a46faf4ca": PRIVATE,
  // Of the log for debugging the runtime itself.
  "cc2bcbba-16b6-4cf3-8990-d74c2e8af500": {},
};

/** Whether events come from the .NET runtime: itself, its rundown, its private and its stress provider. */
export function isRuntimeProvider(guid: Guid): boolean {
  return NAMES[guid] !== undefined;
}

/** `GC/Start`; undefined for events of other providers, and such that have no name here. */
export function runtimeEventName(provider: Guid, id: number): string | undefined {
  return NAMES[provider]?.[id];
}
