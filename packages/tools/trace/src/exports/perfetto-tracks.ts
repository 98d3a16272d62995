import type { TraceProcess } from "../model/processes.ts";
import { ProcessDescriptor, ThreadDescriptor, TracePacket, TrackDescriptor } from "./perfetto-fields.ts";
import { ProtobufWriter } from "./protobuf-writer.ts";

/** Perfetto's identifiers of processes are of 31 bits: the one that stands for unknown processes is not. */
const MAX_PID = 0x7fff_ffff;

export function perfettoPid({ id }: TraceProcess): number {
  return Math.min(id, MAX_PID);
}

/** Names of processes and threads, each told once. */
export class PerfettoTracks {
  readonly #processes = new Map<number, number>();
  readonly #threads = new Set<string>();
  #uuid = 0;

  /** @param name of the thread @returns packets that tell what was not told yet */
  *describe(process: TraceProcess, thread: number, name: string): Generator<ProtobufWriter> {
    let parent = this.#processes.get(process.index);
    if (parent === undefined) {
      parent = ++this.#uuid;
      this.#processes.set(process.index, parent);
      const descriptor = new ProtobufWriter().uint(ProcessDescriptor.PID, perfettoPid(process));
      if (process.commandLine !== "") descriptor.text(ProcessDescriptor.CMDLINE, process.commandLine);
      descriptor.text(ProcessDescriptor.PROCESS_NAME, process.name || "?");
      const track = new ProtobufWriter().uint(TrackDescriptor.UUID, parent);
      yield packetOf(track.message(TrackDescriptor.PROCESS, descriptor));
    }
    const key = `${process.index} ${thread}`;
    if (this.#threads.has(key)) return;
    this.#threads.add(key);
    const descriptor = new ProtobufWriter()
      .uint(ThreadDescriptor.PID, perfettoPid(process))
      .uint(ThreadDescriptor.TID, thread);
    if (name !== "") descriptor.text(ThreadDescriptor.THREAD_NAME, name);
    const track = new ProtobufWriter().uint(TrackDescriptor.UUID, ++this.#uuid);
    track.uint(TrackDescriptor.PARENT_UUID, parent);
    yield packetOf(track.message(TrackDescriptor.THREAD, descriptor));
  }
}

function packetOf(track: ProtobufWriter): ProtobufWriter {
  return new ProtobufWriter().message(TracePacket.TRACK_DESCRIPTOR, track);
}
