import { FILETIME_UNIX_EPOCH, type Findings, type Guid } from "@adk/core";
import { type EventKind, NO_ID } from "@adk/etl";
import { decodeFields, type EventLayout } from "@adk/event-schema";
import type { Collector, EventCursor, EventHandler } from "../model/event-pass.ts";
import {
  type CapturedPacket,
  type CaptureInterface,
  enhancedPacket,
  interfaceDescription,
  LinkType,
} from "./pcapng.ts";

/** Microsoft-Windows-NDIS-PacketCapture, which `netsh trace start capture=yes` records. */
export const NDIS_PACKET_CAPTURE: Guid = "2ed6006e-4729-4609-b423-3ee7bcd678ef";
const PACKET_FRAGMENT = 1001;
const SWITCH_PACKET_FRAGMENT = 1003;
/** Its keywords, as microsoft/etl2pcapng tells them. */
const WIRELESS_WAN = 0x200n;
const NATIVE_802_11 = 0x10000n;
const PACKET_START = 0x4000_0000n;
const PACKET_END = 0x8000_0000n;
const SEND = 0x1_0000_0000n;
const RECEIVE = 0x2_0000_0000n;

/** Microsoft-Windows-PktMon. */
export const PKTMON: Guid = "4d4f80d9-c8bd-4d73-bb5b-19c90402c5ac";
const FRAME = 160;
const DROPPED_FRAME = 170;
/** Bytes before the frame in both. */
const FRAME_HEADER = 34;
/** By PKTMON_PACKET_TYPE (pktmonnpik.h). */
const PKTMON_LINK_TYPES: readonly (LinkType | undefined)[] = [
  undefined,
  LinkType.ETHERNET,
  LinkType.IEEE802_11,
  LinkType.RAW_IP,
];
/** PKTMON_DIRECTION_TAG: unspecified, In, Out, Rx, Tx, Ingress, Egress. */
const PKTMON_DIRECTIONS = [undefined, "in", "out", "in", "out", "in", "out"] as const;

/** A packet that is made of more fragments than this is none. */
const MOST_PACKET_BYTES = 1 << 24;

/** What one event tells. */
interface Fragment {
  readonly interface: CaptureInterface;
  readonly data: Uint8Array;
  readonly first: boolean;
  readonly last: boolean;
  readonly originalLength?: number | undefined;
  readonly direction: CapturedPacket["direction"];
  readonly comment: string;
}

/** Packets whose last fragment has not come. */
interface Pending {
  readonly parts: Uint8Array[];
  size: number;
  readonly time: bigint;
}

/** Makes blocks of a pcapng file of the packets that a trace has. */
export class PacketCapture implements Collector {
  /** Blocks that wait to be written. */
  blocks: Uint8Array[] = [];
  packets = 0;
  /** Events that hold no packet that can be told: cut off, of another kind of medium, or without the fields that are needed. */
  unreadable = 0;
  /** Packets without their first or their last fragment. */
  incomplete = 0;
  readonly interfaces: CaptureInterface[] = [];
  readonly #numbers = new Map<string, number>();
  /** By processor, thread and interface: fragments of a packet come one behind the other there. */
  readonly #pending = new Map<string, Pending>();
  readonly #from: number;
  readonly #to: number;

  /** @param from ticks of the trace's clock, as `to` */
  constructor(from: number, to: number) {
    this.#from = from;
    this.#to = to;
  }

  readonly handlerOf = (kind: EventKind, layout: EventLayout | undefined): EventHandler | undefined => {
    if (kind.form !== "event") return undefined;
    if (kind.provider === NDIS_PACKET_CAPTURE) {
      if (kind.id === PACKET_FRAGMENT) return this.#taker(fragmentOfPacket);
      if (kind.id === SWITCH_PACKET_FRAGMENT) return this.#taker((event) => layout && fragmentOfSwitch(event, layout));
    }
    if (kind.provider === PKTMON && (kind.id === FRAME || kind.id === DROPPED_FRAME)) {
      return this.#taker((event) => fragmentOfFrame(event, kind.id === DROPPED_FRAME));
    }
    return undefined;
  };

  readonly finish = (): void => {
    this.incomplete += this.#pending.size;
    this.#pending.clear();
  };

  #taker(read: (event: EventCursor) => Fragment | undefined): EventHandler {
    return (event) => {
      if (event.time < this.#from || event.time > this.#to) return;
      const fragment = read(event);
      if (fragment) this.#take(event, fragment);
      else this.unreadable++;
    };
  }

  #take(event: EventCursor, fragment: Fragment): void {
    const time = event.batch.filetime(event.row) - FILETIME_UNIX_EPOCH;
    const number = this.#numberOf(fragment.interface);
    if (fragment.first && fragment.last) this.#write(fragment, number, time, fragment.data);
    else this.#join(`${event.processor}/${event.threadId}/${number}`, fragment, number, time);
  }

  #join(key: string, fragment: Fragment, number: number, time: bigint): void {
    let pending = this.#pending.get(key);
    this.#pending.delete(key);
    if (fragment.first) {
      if (pending) this.incomplete++;
      pending = { parts: [], size: 0, time };
    }
    const size = (pending?.size ?? 0) + fragment.data.length;
    if (!pending || size > MOST_PACKET_BYTES) {
      this.incomplete++;
      return;
    }
    // The memory of the batch is used again.
    pending.parts.push(fragment.data.slice());
    pending.size = size;
    if (fragment.last) this.#write(fragment, number, pending.time, Buffer.concat(pending.parts, size));
    else this.#pending.set(key, pending);
  }

  #write({ originalLength, direction, comment }: Fragment, number: number, time: bigint, data: Uint8Array): void {
    const length = Math.max(originalLength ?? 0, data.length);
    this.packets++;
    this.blocks.push(enhancedPacket({ interface: number, time, data, originalLength: length, direction, comment }));
  }

  #numberOf(from: CaptureInterface): number {
    const key = `${from.linkType} ${from.name}`;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.interfaces.length;
      this.#numbers.set(key, number);
      this.interfaces.push(from);
      this.blocks.push(interfaceDescription(from));
    }
    return number;
  }

  report(findings: Findings): void {
    if (this.packets === 0) {
      findings.warning(
        "TRACE_NO_PACKETS",
        "There are no packets: `netsh trace start capture=yes` and `pktmon start --capture` record them.",
      );
    }
    if (this.unreadable > 0) {
      const message = `${this.unreadable} events of the capture hold no packet that can be written: they are cut off, of an unknown medium, or of a virtual switch whose manifest is not at hand (--manifest).`;
      findings.warning("TRACE_PACKETS_UNREADABLE", message);
    }
    if (this.incomplete > 0) {
      findings.warning(
        "TRACE_PACKETS_INCOMPLETE",
        `${this.incomplete} packets are left out: not all of their fragments are in the trace.`,
      );
    }
  }
}

/** MiniportIfIndex, LowerIfIndex, FragmentSize (32 bits each), and the fragment. */
function fragmentOfPacket(event: EventCursor): Fragment | undefined {
  const { view, start, end } = event;
  if (end - start < 12) return undefined;
  const [miniport, lower, size] = [0, 4, 8].map((at) => view.getUint32(start + at, true)) as [number, number, number];
  if (size > end - start - 12) return undefined;
  const data = bytesAt(event, start + 12, size);
  return fragment(event, data, (medium) => ({ name: `${medium}:${lower}`, description: layerOf(lower, miniport) }));
}

/** The same of a virtual switch, with names of its ports: where they are, only the provider's manifest tells. */
function fragmentOfSwitch(event: EventCursor, layout: EventLayout): Fragment | undefined {
  const pointerSize = event.pointerSize === 4 ? 4 : 8;
  const { values } = decodeFields(layout, bytesAt(event, event.start, event.end - event.start), pointerSize);
  const { Fragment: data, LowerIfIndex: lower, SourcePortName: port, SourceNicName: nic } = values;
  if (!(data instanceof Uint8Array)) return undefined;
  return fragment(event, data, () => ({ name: `vmswitch:${String(lower)}:${String(port)}`, description: String(nic) }));
}

function fragment(
  { batch, row, processId }: EventCursor,
  data: Uint8Array,
  describe: (medium: string) => Omit<CaptureInterface, "linkType">,
): Fragment {
  const keyword = batch.keyword(row);
  const has = (bit: bigint) => (keyword & bit) !== 0n;
  const [medium, linkType] = has(NATIVE_802_11)
    ? (["wifi", LinkType.IEEE802_11] as const)
    : has(WIRELESS_WAN)
      ? (["mbb", LinkType.RAW_IP] as const)
      : (["eth", LinkType.ETHERNET] as const);
  return {
    interface: { linkType, ...describe(medium) },
    data,
    first: has(PACKET_START),
    last: has(PACKET_END),
    direction: has(SEND) ? "out" : has(RECEIVE) ? "in" : undefined,
    comment: processId === NO_ID ? "" : `PID=${processId}`,
  };
}

/** A filter above a miniport sees the packets of that once more. */
function layerOf(lower: number, miniport: number): string | undefined {
  return lower === miniport ? undefined : `filter over interface ${miniport}`;
}

/**
 * PktGroupId (64 bits); PktNumber, AppearanceCount, DirTag, PacketType, ComponentId, EdgeId, FilterId (16 bits each); DropReason,
 * DropLocation (32); OriginalPayloadSize, LoggedPayloadSize (16); the frame. Nothing is padded (microsoft/NetMon_Parsers_for_PacketMon).
 */
function fragmentOfFrame(event: EventCursor, dropped: boolean): Fragment | undefined {
  const { view, start, end } = event;
  if (end - start < FRAME_HEADER) return undefined;
  const u16 = (at: number) => view.getUint16(start + at, true);
  const linkType = PKTMON_LINK_TYPES[u16(14)];
  const size = u16(32);
  if (linkType === undefined || size > end - start - FRAME_HEADER) return undefined;
  const [component, edge, reason, location] = [
    u16(16),
    u16(18),
    view.getUint32(start + 22, true),
    view.getUint32(start + 26, true),
  ];
  const group = `packet ${view.getBigUint64(start, true)}.${u16(8)}, appearance ${u16(10)}`;
  return {
    interface: { linkType, name: `pktmon:${component}:${edge}`, description: `component ${component}, edge ${edge}` },
    data: bytesAt(event, start + FRAME_HEADER, size),
    first: true,
    last: true,
    originalLength: u16(30),
    direction: PKTMON_DIRECTIONS[u16(12)],
    comment: dropped ? `${group}, dropped: reason ${reason}, location 0x${location.toString(16)}` : group,
  };
}

function bytesAt({ batch }: EventCursor, start: number, length: number): Uint8Array {
  return batch.data.subarray(start, start + length);
}
