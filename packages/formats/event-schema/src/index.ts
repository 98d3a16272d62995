/** What the bytes of Windows events mean. */

export { type CompiledLayout, compileLayout, type FieldAccessor } from "./compiled-layout.ts";
export { type DecodedFields, decodeFields } from "./decode-fields.ts";
export { EmbeddedSchemas, METADATA_PROVIDER } from "./embedded-schemas.ts";
export type { Display, EventLayout, Extent, FieldLayout, FieldType } from "./event-layout.ts";
export { type EventMessage, eventMessage } from "./event-message.ts";
export { fixedSize, type PointerSize } from "./field-extent.ts";
export type { FieldValue } from "./field-value.ts";
export { formatValue } from "./format-value.ts";
export { parseInstrumentationManifest } from "./instrumentation-manifest.ts";
export { type CompactContextSwitch, compactContextSwitches } from "./kernel/compact-context-switches.ts";
export {
  IO_PRIORITY,
  IRP_MAJOR_FUNCTION,
  ioPriority,
  THREAD_STATE,
  WAIT_MODE,
  WAIT_REASON,
} from "./kernel/enumerations.ts";
export { KernelEvents, type PayloadSize } from "./kernel/kernel-events.ts";
export { parseLayoutText } from "./kernel/layout-text.ts";
export { knownProviderEvent, knownProviderName } from "./known-providers.ts";
export { MANIFEST_EVENT_ID, ManifestChunks } from "./manifest-chunks.ts";
export type { ManifestProvider } from "./manifest-provider.ts";
export { providerGuidFromName } from "./provider-guid.ts";
export { runtimeEventName } from "./runtime/runtime-names.ts";
export {
  type DecodingSource,
  type MapLookup,
  readEventMapInfo,
  readTraceEventInfo,
  type TraceEventInfo,
} from "./trace-event-info.ts";
export {
  type ProviderTraits,
  readProviderTraits,
  readTraceLoggingSchema,
  TraceLogging,
  type TraceLoggingEvent,
  type TraceLoggingSchema,
} from "./trace-logging.ts";
export { formatTraceMessage, type TraceMessage, TraceMessageFormat } from "./trace-message-format.ts";
export { type ValueMap, valueName } from "./value-map.ts";
export { readWevtTemplate, readWevtTemplates } from "./wevt-template.ts";
export type { FindMessage } from "./wevt-template-fields.ts";
