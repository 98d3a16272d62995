import { ByteWriter } from "@adk/core";
import { EtlWriter } from "@adk/etl";

/** What a synthetic trace is to have. */
export interface LargeTraceShape {
  readonly samples: number;
  readonly switches: number;
  /** Frames of a stack, on average. */
  readonly depth: number;
  /** Stacks that differ. */
  readonly distinctStacks: number;
}

/**
 * The shape of a trace that PerfView took 230 s to convert (perfview#297): 2.86 million events, 1.77 million stacks with 62.9 million
 * addresses.
 */
export const LARGE: LargeTraceShape = { samples: 545_000, switches: 545_000, depth: 35, distinctStacks: 120_000 };

const PROCESSORS = 8;
const PROCESSES = 40;
const THREADS_EACH = 12;
const IMAGES_EACH = 60;
const KERNEL_IMAGES = 120;
const IMAGE_SIZE = 0x20_0000;
const KERNEL_BASE = 0xfffff801_00000000n;
const USER_BASE = 0x7ff8_0000_0000n;

const HOOK = { PROCESS: 0x0303, THREAD: 0x0503, IMAGE: 0x1403, SAMPLE: 0x0f2e, SWITCH: 0x0524, STACK: 0x1820 } as const;

/** Numbers that are the same each time. */
function makeRandom(): (below: number) => number {
  let state = 1;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Writes a synthetic trace: nothing in it was ever recorded. */
export async function writeLargeTrace(path: string, shape: LargeTraceShape): Promise<void> {
  const random = makeRandom();
  const startTime = 133_500_000_000_000_000n;
  const header = {
    processors: PROCESSORS,
    osBuild: 22_631,
    perfFrequency: 10_000_000n,
    startTime,
    bufferSize: 1 << 20,
  };
  await using writer = await EtlWriter.create(path, {
    header: { ...header, sessionName: "synthetic" },
    overwrite: true,
  });
  let time = 0n;
  const system = (hook: number, version: number, payload: ByteWriter) =>
    writer.add(0, {
      header: "system",
      hook,
      version,
      timeStamp: time,
      processId: 0,
      threadId: 0,
      payload: payload.finish(),
    });
  for (let i = 0; i < KERNEL_IMAGES; i++)
    system(HOOK.IMAGE, 2, image(KERNEL_BASE + BigInt(i * IMAGE_SIZE), 4, `driver${i}.sys`));
  for (let i = 0; i < PROCESSES; i++) {
    const id = 4 + i * 4;
    system(HOOK.PROCESS, 4, process(id, `program${i}.exe`));
    for (let j = 0; j < THREADS_EACH; j++) system(HOOK.THREAD, 3, thread(id, threadId(i, j)));
    for (let j = 0; j < IMAGES_EACH; j++)
      system(HOOK.IMAGE, 2, image(USER_BASE + BigInt(j * IMAGE_SIZE), id, `library${j}.dll`));
  }
  const stacks = makeStacks(shape, random);
  const stackOf = (kernel: boolean) => stacks[kernel ? "kernel" : "user"][random(shape.distinctStacks)] as Uint8Array;
  const perfinfo = (processor: number, hook: number, version: number, timeStamp: bigint, payload: Uint8Array) =>
    writer.add(processor, { header: "perfinfo", hook, version, timeStamp, payload });
  const walk = (processor: number, at: bigint, pid: number, tid: number, kernel: boolean) => {
    const addresses = stackOf(kernel);
    const payload = new Uint8Array(16 + addresses.length);
    const view = new DataView(payload.buffer);
    view.setBigUint64(0, at, true);
    view.setUint32(8, pid, true);
    view.setUint32(12, tid, true);
    payload.set(addresses, 16);
    perfinfo(processor, HOOK.STACK, 2, time, payload);
  };
  const running = Array.from({ length: PROCESSORS }, () => 0);
  for (let i = 0; i < shape.samples + shape.switches; i++) {
    time += BigInt(1 + random(400));
    const processor = random(PROCESSORS);
    const at = time;
    if (i % 2 === 0) {
      const [p, t] = [random(PROCESSES), random(THREADS_EACH)];
      const next = random(4) === 0 ? 0 : threadId(p, t);
      perfinfo(processor, HOOK.SWITCH, 4, at, contextSwitch(next, running[processor] ?? 0));
      running[processor] = next;
      time += 1n;
      walk(processor, at, 4 + p * 4, next, true);
      if (i % 8 === 0) walk(processor, at, 4 + p * 4, next, false);
    } else {
      const tid = running[processor] ?? 0;
      perfinfo(processor, HOOK.SAMPLE, 2, at, sample(KERNEL_BASE + BigInt(random(IMAGE_SIZE)), tid));
      time += 1n;
      walk(processor, at, processOfThread(tid), tid, true);
      walk(processor, at, processOfThread(tid), tid, false);
    }
    if (writer.pending > 8 << 20) await writer.flush();
  }
  await writer.finish();
}

const threadId = (process: number, thread: number) => 1000 + (process * THREADS_EACH + thread) * 4;
const processOfThread = (id: number) => (id === 0 ? 0 : 4 + Math.floor((id - 1000) / 4 / THREADS_EACH) * 4);

function process(id: number, name: string): ByteWriter {
  const out = new ByteWriter().u64(BigInt(id)).u32(id).u32(4).u32(1).u32(259).u64(0n).u32(0).u32(0);
  return out
    .bytes(Buffer.from(`${name}\0`))
    .utf16(`${name} --synthetic\0`)
    .u16(0)
    .u16(0);
}

function thread(processId: number, id: number): ByteWriter {
  return new ByteWriter().u32(processId).u32(id).zeros(56).u32(0).u32(0x0808_0808);
}

function image(base: bigint, processId: number, name: string): ByteWriter {
  const out = new ByteWriter().u64(base).u64(BigInt(IMAGE_SIZE)).u32(processId).zeros(12).u64(base).zeros(16);
  return out.utf16(`\\Device\\HarddiskVolume3\\${name}\0`);
}

function sample(address: bigint, threadId: number): Uint8Array {
  return new ByteWriter()
    .u64(address)
    .u32(threadId)
    .u16(1)
    .u16(8 << 3)
    .finish();
}

function contextSwitch(next: number, last: number): Uint8Array {
  return new ByteWriter().u32(next).u32(last).u8(8).u8(8).u8(0).u8(0).u8(6).u8(1).u8(5).u8(0).u32(1).u32(0).finish();
}

/** Stacks that share their outer frames, as those of real programs do. */
function makeStacks({ depth, distinctStacks }: LargeTraceShape, random: (below: number) => number) {
  const make = (base: bigint, images: number) =>
    Array.from({ length: distinctStacks }, () => {
      const count = Math.floor(depth / 2) + random(depth);
      const out = new ByteWriter(count * 8);
      for (let frame = count - 1; frame >= 0; frame--) {
        // Outer frames are few, inner ones many.
        const choices = Math.min(200_000, 2 ** Math.min(17, Math.ceil((count - frame) / 2)));
        out.u64(base + BigInt((random(choices) * 4099) % (images * IMAGE_SIZE)));
      }
      return out.finish();
    });
  return { kernel: make(KERNEL_BASE, KERNEL_IMAGES), user: make(USER_BASE, IMAGES_EACH) };
}
