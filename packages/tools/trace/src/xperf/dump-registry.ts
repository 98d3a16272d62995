import { addressOf, numberOf, textOf } from "../model/fields.ts";
import { columnOf, hexCell, quotedCell } from "./dump-columns.ts";
import { address, cellOfThread, type DumpRecord, PROCESS, record } from "./dump-state.ts";
import { keyInformationClass } from "./dump-words.ts";

const KCB = columnOf("KCB", 18);
const TITLES = [KCB, PROCESS, "ThreadID", columnOf("Status", 10), "ElapsedTime"];

/** What a record has behind the time that it took. */
type Tail = "Key Name" | "InfoClass" | "Index" | "nothing";

export function registryRecord(name: string, tail: Tail = "Key Name"): DumpRecord {
  return record(name, tail === "nothing" ? TITLES : [...TITLES, tail], (layout, state) => {
    const initial = layout.accessor("InitialTime")?.offset;
    const [block, status, index] = [
      addressOf(layout, "KeyHandle"),
      numberOf(layout, "Status"),
      numberOf(layout, "Index"),
    ];
    const key = textOf(layout, "KeyName");
    return (event) => {
      const { time } = event;
      const isTimed = initial !== undefined && event.start + initial + 8 <= event.end;
      const began = isTimed ? state.rawTime.ticksAt(event.view, event.start + initial) : time;
      const thread = state.threadOf(event);
      const cells = [
        address(block(event), event),
        state.process(event, thread),
        cellOfThread(thread),
        hexCell(status(event) >>> 0, 8),
        String(Math.max(0, state.micro(time) - state.micro(began))),
      ];
      switch (tail) {
        case "Key Name":
          return [...cells, quotedCell(key(event))];
        case "InfoClass":
          return [...cells, keyInformationClass(index(event))];
        case "Index":
          return [...cells, String(index(event))];
        case "nothing":
          return cells;
      }
    };
  });
}

/** A control block (KCB) and the key that it stands for. */
export function controlBlockRecord(name: string): DumpRecord {
  return record(name, [KCB, "Key Name"], (layout) => {
    const [block, key] = [addressOf(layout, "KeyHandle"), textOf(layout, "KeyName")];
    return (event) => [address(block(event), event), quotedCell(key(event))];
  });
}
