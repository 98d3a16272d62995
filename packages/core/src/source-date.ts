import { AdkError } from "./errors.ts";
import { type Filetime, filetimeFromUnixSeconds } from "./filetime.ts";

/**
 * The time that output is stamped with: now, or what the environment variable SOURCE_DATE_EPOCH says (seconds since 1970,
 * https://reproducible-builds.org/specs/source-date-epoch/), so that a build can be repeated to the byte.
 *
 * @throws AdkError `SOURCE_DATE_EPOCH_BAD`
 */
export function stampTime(env: NodeJS.ProcessEnv = process.env): Filetime {
  const text = env.SOURCE_DATE_EPOCH;
  if (text === undefined || text === "") return filetimeFromUnixSeconds(Math.floor(Date.now() / 1000));
  if (!/^[0-9]{1,11}$/.test(text)) {
    throw new AdkError("SOURCE_DATE_EPOCH_BAD", "SOURCE_DATE_EPOCH is no number of seconds since 1970.", {
      kind: "usage",
      found: text,
    });
  }
  return filetimeFromUnixSeconds(Number(text));
}
