import { filetimeToUnixNanoseconds } from "@adk/core";
import { firefoxSharedTables, firefoxTable } from "./firefox-tables.ts";
import { type JsonPieces, jsonElements, jsonObject, jsonValue } from "./json-pieces.ts";
import { CodeStacks, nanoseconds, type ProfileFormat, type ProfileSource, WholeWeights } from "./profile-source.ts";
import { type ThreadTrack, threadTracks } from "./thread-tracks.ts";

/** Version of the "processed" format: newer viewers upgrade a file of it, so it has to be exactly this one. */
const PROCESSED_PROFILE_VERSION = 70;
/** Version of what Firefox itself records: viewers want one. */
const GECKO_PROFILE_VERSION = 36;

const WEIGHT_TYPES = { milliseconds: "tracing-ms", bytes: "bytes", count: "samples" } as const;

/** "Processed" profiles of the Firefox Profiler: tables that all threads share, and the samples of each thread. */
export const firefoxFormat: ProfileFormat = {
  name: "firefox",
  pieces(source) {
    const stacks = new CodeStacks(source.profile);
    return jsonObject({
      meta: jsonValue(metaOf(source)),
      libs: jsonValue([]),
      shared: firefoxSharedTables(source.profile, stacks),
      threads: jsonElements(threads(source, stacks)),
    });
  },
};

function metaOf({ profile, name, startTime }: ProfileSource) {
  const { unit, least } = new WholeWeights(profile);
  return {
    version: GECKO_PROFILE_VERSION,
    preprocessedProfileVersion: PROCESSED_PROFILE_VERSION,
    product: name,
    importedFrom: "ETW",
    platform: "Windows",
    oscpu: "Windows",
    // Milliseconds between samples.
    interval: unit === "nanoseconds" && least > 0 ? least / 1_000_000 : 1,
    startTime: Number(filetimeToUnixNanoseconds(startTime)) / 1_000_000,
    processType: 0,
    stackwalk: 1,
    symbolicated: true,
    symbolicationNotSupported: true,
    usesOnlyOneStackType: true,
    categories: [{ name: "Other", color: "grey", subcategories: ["Other"] }],
    markerSchema: [],
  };
}

function* threads(source: ProfileSource, stacks: CodeStacks): Generator<JsonPieces> {
  const seen = new Set<number>();
  for (const track of threadTracks(source)) {
    // The viewer wants a main thread of each process: the one with the most samples.
    yield threadOf(source, stacks, track, !seen.has(track.process.index));
    seen.add(track.process.index);
  }
}

function threadOf(
  { profile }: ProfileSource,
  stacks: CodeStacks,
  track: ThreadTrack,
  isMainThread: boolean,
): JsonPieces {
  const { process, thread, name, rows } = track;
  const { id } = process;
  const { processes, samples } = profile;
  const rowAt = (index: number) => rows[index] as number;
  const nothing = () => null;
  return jsonObject({
    processType: jsonValue("default"),
    processName: jsonValue(process.name || "?"),
    processStartupTime: jsonValue(0),
    processShutdownTime: jsonValue(null),
    registerTime: jsonValue(0),
    unregisterTime: jsonValue(null),
    pausedRanges: jsonValue([]),
    name: jsonValue(name || `Thread ${thread}`),
    isMainThread: jsonValue(isMainThread),
    // Of several processes with one identifier, one after the other, those that are not the first have a suffix.
    pid: jsonValue(processes.find((each) => each.id === id) === process ? `${id}` : `${id}.${process.index}`),
    tid: jsonValue(thread),
    samples: firefoxTable(
      rows.length,
      {
        stack: (index) => {
          const number = stacks.numberOf(samples.get("stack", rowAt(index)));
          return number < 0 ? null : number;
        },
        // To the nanosecond.
        time: (index) => nanoseconds(samples.get("time", rowAt(index))) / 1_000_000,
        weight: (index) => samples.get("weight", rowAt(index)),
      },
      { weightType: jsonValue(WEIGHT_TYPES[profile.unit]) },
    ),
    markers: firefoxTable(0, {
      data: nothing,
      name: nothing,
      startTime: nothing,
      endTime: nothing,
      phase: nothing,
      category: nothing,
    }),
  });
}
