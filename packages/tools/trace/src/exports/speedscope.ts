import { processLabel } from "../model/processes.ts";
import { type JsonPieces, jsonElements, jsonList, jsonObject, jsonValue } from "./json-pieces.ts";
import { framesInwards, type ProfileFormat, type ProfileSource, WholeWeights } from "./profile-source.ts";
import { threadLabel, threadTracks } from "./thread-tracks.ts";

/**
 * The format of speedscope (its `file-format-schema.json`): a sampled profile of everything, then one of each thread. Times are
 * not told: speedscope lays the samples out one behind the other.
 */
export const speedscopeFormat: ProfileFormat = {
  name: "speedscope",
  pieces(source) {
    const { profile, name } = source;
    const { length } = profile.samples;
    const profiles = function* () {
      yield sampledProfile(source, profile.title, length, (index) => index);
      for (const track of threadTracks(source)) {
        const label = `${processLabel(track.process)}, ${threadLabel(track)}`;
        yield sampledProfile(source, label, track.rows.length, (index) => track.rows[index] as number);
      }
    };
    return jsonObject({
      $schema: jsonValue("https://www.speedscope.app/file-format-schema.json"),
      name: jsonValue(name),
      exporter: jsonValue("adk trace"),
      activeProfileIndex: jsonValue(0),
      shared: jsonObject({ frames: jsonList(profile.frames.size, (frame) => frameOf(source, frame)) }),
      profiles: jsonElements(profiles()),
    });
  },
};

function sampledProfile(
  { profile }: ProfileSource,
  name: string,
  count: number,
  rowOf: (index: number) => number,
): JsonPieces {
  const { samples } = profile;
  const weights = new WholeWeights(profile);
  let total = 0;
  for (let index = 0; index < count; index++) total += weights.at(rowOf(index));
  return jsonObject({
    type: jsonValue("sampled"),
    name: jsonValue(name),
    unit: jsonValue(weights.unit === "count" ? "none" : weights.unit),
    startValue: jsonValue(0),
    endValue: jsonValue(total),
    samples: jsonList(count, (index) => `[${framesInwards(profile, samples.get("stack", rowOf(index))).join(",")}]`),
    weights: jsonList(count, (index) => weights.at(rowOf(index))),
  });
}

function frameOf({ profile: { frames } }: ProfileSource, frame: number): string {
  const { file, line } = frames.place(frame);
  return JSON.stringify({ name: frames.label(frame), file, line });
}
