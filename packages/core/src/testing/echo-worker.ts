import { AdkError } from "../errors.ts";
import { type JobServer, serveJobs } from "../workers.ts";

/** A job for the tests of the worker pool: gives its bytes back, reversed; an empty one is refused, a negative crash throws. */
export interface EchoJob {
  readonly bytes: Uint8Array;
  readonly crash?: boolean;
}

function run({ bytes, crash }: EchoJob): Uint8Array {
  if (crash) throw new TypeError("a bug");
  if (bytes.length === 0) throw new AdkError("ECHO_EMPTY", "Nothing to echo.", { offset: 7, expected: 1, found: 0 });
  return bytes.toReversed();
}

const server: JobServer<EchoJob, Uint8Array> = serveJobs(run, (reply) => [reply.buffer]);

export default server;
