import type { TraceProcess } from "../model/processes.ts";
import type { ProfileSource } from "./profile-source.ts";

/** The samples of one thread. */
export interface ThreadTrack {
  readonly process: TraceProcess;
  readonly thread: number;
  /** Empty where the trace does not tell it. */
  readonly name: string;
  /** Samples by time. */
  readonly rows: Uint32Array;
}

/** The samples of a profile by thread; the one with the most samples first. */
export function threadTracks({ profile, threadName }: ProfileSource): ThreadTrack[] {
  const { samples } = profile;
  const numbers = new Map<number, number>();
  const counts: number[] = [];
  const trackOf = new Uint32Array(samples.length);
  for (const all = samples.rows(); all.next(); ) {
    const { columns, row } = all;
    // Identifiers of threads are used again by other processes; both numbers are of 32 bits at most.
    const key = (columns.process[row] as number) * 0x1_0000_0000 + (columns.thread[row] as number);
    let number = numbers.get(key);
    if (number === undefined) {
      number = counts.push(0) - 1;
      numbers.set(key, number);
    }
    trackOf[all.number] = number;
    counts[number]!++;
  }
  const rows = counts.map((count) => new Uint32Array(count));
  counts.fill(0);
  for (let row = 0; row < samples.length; row++) {
    const number = trackOf[row] as number;
    (rows[number] as Uint32Array)[counts[number]!++] = row;
  }
  return rows
    .map((own) => {
      const first = own[0] as number;
      const thread = samples.get("thread", first);
      return {
        process: profile.processes[samples.get("process", first)] as TraceProcess,
        thread,
        name: threadName(thread, samples.get("time", first)),
        rows: own,
      };
    })
    .sort((a, b) => b.rows.length - a.rows.length);
}

export function threadLabel({ name, thread }: Pick<ThreadTrack, "name" | "thread">): string {
  return name === "" ? `Thread ${thread}` : `${name} (${thread})`;
}
