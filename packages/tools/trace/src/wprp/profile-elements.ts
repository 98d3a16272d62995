/** What an element of a recording profile may have. */
export interface ElementRule {
  readonly required: readonly string[];
  readonly attributes: readonly string[];
  /** In the order in which they must stand, where `ordered`. */
  readonly children: readonly string[];
  readonly ordered?: boolean;
}

const VALUE = { required: ["Value"], attributes: ["Value", "Operation"], children: [] };
const LIST = (child: string): ElementRule => ({ required: [], attributes: ["Operation"], children: [child] });
const COLLECTOR_SETTINGS = ["BufferSize", "Buffers", "BuffersPerCPU", "StackCaching", "MaximumFileSize", "FileMax"];
const PROVIDER = ["Id", "Base", "Name", "Level", "Stack", "NonPagedMemory", "NonPaged", "CaptureStateOnly", "Strict"];

/** The elements of a `.wprp` file (WPR's documents, "WPRP XML elements"). */
export const ELEMENTS: Readonly<Record<string, ElementRule>> = {
  WindowsPerformanceRecorder: {
    required: ["Version"],
    attributes: ["Version", "Author", "Team", "Comments", "Company", "Copyright", "Tag", "schemaLocation"],
    children: ["Profiles", "TraceMergeProperties", "OnOffTransitionConfigurations"],
  },
  Profiles: {
    required: [],
    attributes: [],
    children: [
      "SystemCollector",
      "EventCollector",
      "HeapEventCollector",
      "SystemProvider",
      "EventProvider",
      "HeapEventProvider",
      "Profile",
    ],
    ordered: true,
  },
  SystemCollector: {
    required: ["Id"],
    attributes: ["Id", "Name", "Base", "Realtime", "Secure", "FileMode", "HostGuestCorrelation"],
    children: COLLECTOR_SETTINGS,
    ordered: true,
  },
  EventCollector: {
    required: ["Id"],
    attributes: ["Id", "Name", "Base", "Private", "ProcessPrivate", "Realtime", "Secure", "HostGuestCorrelation"],
    children: COLLECTOR_SETTINGS,
    ordered: true,
  },
  HeapEventCollector: {
    required: ["Id"],
    attributes: ["Id", "Name", "Base", "HostGuestCorrelation"],
    children: COLLECTOR_SETTINGS,
    ordered: true,
  },
  SystemProvider: {
    required: ["Id"],
    attributes: ["Id", "Base"],
    children: ["Keywords", "Stacks", "PoolTags"],
    ordered: true,
  },
  EventProvider: {
    required: ["Id", "Name"],
    attributes: [...PROVIDER, "EventKey", "ProcessExeFilter"],
    children: [
      "Keywords",
      "CaptureStateOnStart",
      "CaptureStateOnSave",
      "CaptureStateOnDemand",
      "EventFilters",
      "StackFilters",
      "PayloadFilters",
    ],
  },
  HeapEventProvider: { required: ["Id"], attributes: ["Id", "Base"], children: ["HeapProcessIds", "HeapExecutables"] },
  Profile: {
    required: ["Id", "Name", "LoggingMode", "DetailLevel"],
    attributes: ["Id", "Name", "Description", "Base", "LoggingMode", "DetailLevel", "Default", "Internal", "Strict"],
    children: ["ProblemCategories", "Collectors", "TraceMergeProperties", "OnOffTransitionConfigurations"],
  },
  Collectors: {
    required: [],
    attributes: ["Operation"],
    children: ["SystemCollectorId", "EventCollectorId", "HeapEventCollectorId"],
  },
  SystemCollectorId: {
    required: ["Value"],
    attributes: ["Value"],
    children: [...COLLECTOR_SETTINGS, "SystemProviderId", "SystemProvider"],
    ordered: true,
  },
  EventCollectorId: {
    required: ["Value"],
    attributes: ["Value"],
    children: [...COLLECTOR_SETTINGS, "EventProviders"],
    ordered: true,
  },
  HeapEventCollectorId: {
    required: ["Value"],
    attributes: ["Value"],
    children: [...COLLECTOR_SETTINGS, "HeapEventProviders"],
    ordered: true,
  },
  EventProviders: { required: [], attributes: ["Operation"], children: ["EventProviderId", "EventProvider"] },
  HeapEventProviders: { required: [], attributes: ["Operation"], children: ["HeapEventProviderId"] },
  SystemProviderId: VALUE,
  EventProviderId: VALUE,
  HeapEventProviderId: VALUE,
  Keywords: { required: [], attributes: ["Operation"], children: ["Keyword", "CustomKeyword"] },
  Keyword: VALUE,
  CustomKeyword: VALUE,
  Stacks: { required: [], attributes: ["Operation"], children: ["Stack", "CustomStack"] },
  Stack: VALUE,
  CustomStack: VALUE,
  PoolTags: LIST("PoolTag"),
  PoolTag: VALUE,
  CaptureStateOnStart: { required: [], attributes: ["Operation", "Timeout"], children: ["Keyword"] },
  CaptureStateOnSave: { required: [], attributes: ["Operation", "Timeout"], children: ["Keyword"] },
  CaptureStateOnDemand: { required: [], attributes: ["Operation", "Timeout"], children: ["Keyword"] },
  BufferSize: VALUE,
  Buffers: {
    required: ["Value"],
    attributes: ["Value", "PercentageOfTotalMemory", "MaximumBufferSpace", "Operation"],
    children: [],
  },
  BuffersPerCPU: VALUE,
  StackCaching: {
    required: [],
    attributes: ["CacheSize", "BucketCount", "Operation"],
    children: [],
  },
  MaximumFileSize: { required: ["Value"], attributes: ["Value", "FileMode", "Operation"], children: [] },
  FileMax: { required: ["Value"], attributes: ["Value", "FileMode", "Operation"], children: [] },
  ProblemCategories: LIST("ProblemCategory"),
  ProblemCategory: VALUE,
};

/** Elements whose inside is not looked at. */
export const OPAQUE: ReadonlySet<string> = new Set([
  "TraceMergeProperties",
  "OnOffTransitionConfigurations",
  "EventFilters",
  "StackFilters",
  "PayloadFilters",
  "HeapProcessIds",
  "HeapExecutables",
]);
