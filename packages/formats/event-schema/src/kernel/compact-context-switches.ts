/** A context switch out of a batch (hook id 0x0525). */
export interface CompactContextSwitch {
  /** Raw clock of the trace. */
  readonly timestamp: bigint;
  /** The thread that was switched out; 0 for the idle thread. */
  readonly oldThreadId: number;
  /** Undefined if the batch does not tell. */
  readonly oldThreadPriority?: number;
  /** State of the thread, or its wait reason, as they are packed into six bits. */
  readonly oldThreadStateOrWaitReason?: number;
  readonly newThreadWaitTime?: number;
}

/** FirstTimestamp, 16 thread ids, 16 base priorities. */
const PREAMBLE_SIZE = 88;
const THREAD_IDS = 8;
const BASE_PRIORITIES = 72;

const Packet = { IDLE_SHORT: 0, IDLE: 1, LITE: 2 } as const;

/**
 * The switches of one processor that a batch packs together: times are differences, threads places in a table of 16. A batch
 * that ends early gives what it has. Layout as in ntwmi.h; no real batch was at hand.
 */
export function* compactContextSwitches(payload: Uint8Array): Generator<CompactContextSwitch> {
  if (payload.length < PREAMBLE_SIZE) return;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  let timestamp = view.getBigInt64(0, true);
  const threadId = (index: number) => view.getUint32(THREAD_IDS + index * 4, true);
  const basePriority = (index: number) => view.getInt8(BASE_PRIORITIES + index);
  for (let at = PREAMBLE_SIZE; at + 2 <= payload.length; ) {
    const kind = view.getUint8(at) & 3;
    const size = kind === Packet.IDLE_SHORT ? 2 : kind === Packet.IDLE || kind === Packet.LITE ? 4 : 8;
    if (at + size > payload.length) return;
    if (kind === Packet.IDLE_SHORT) {
      timestamp += BigInt(view.getUint16(at, true) >>> 2);
      yield { timestamp, oldThreadId: 0 };
    } else if (kind === Packet.IDLE) {
      timestamp += BigInt(view.getUint32(at, true) >>> 2);
      yield { timestamp, oldThreadId: 0 };
    } else if (kind === Packet.LITE) {
      const word = view.getUint32(at, true);
      const thread = (word >>> 2) & 15;
      timestamp += BigInt(word >>> 15);
      yield {
        timestamp,
        oldThreadId: threadId(thread),
        oldThreadPriority: basePriority(thread) + ((word >>> 6) & 7),
        oldThreadStateOrWaitReason: (word >>> 9) & 63,
      };
    } else {
      const word = view.getUint32(at + 4, true);
      timestamp += BigInt(view.getUint32(at, true) >>> 2);
      yield {
        timestamp,
        oldThreadId: threadId(word & 15),
        oldThreadPriority: (word >>> 10) & 31,
        oldThreadStateOrWaitReason: (word >>> 4) & 63,
        newThreadWaitTime: word >>> 15,
      };
    }
    at += size;
  }
}
