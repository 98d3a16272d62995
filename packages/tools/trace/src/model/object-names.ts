import { countWhile } from "@adk/core";

interface NameEvent {
  readonly time: number;
  readonly name: string;
}

/** Names of things that the kernel's events tell by an address, which another thing may have later. */
export class ObjectNames {
  readonly #names = new Map<number, NameEvent[]>();

  /** From a time on, which is not before those that were told already. */
  add(object: number, time: number, name: string): void {
    const names = this.#names.get(object);
    if (!names) this.#names.set(object, [{ time, name }]);
    else if (names.at(-1)?.name !== name) names.push({ time, name });
  }

  /** Rundowns come at the end of a trace: what has no name at a time has the next one that it gets. Empty where nothing tells it. */
  at(object: number, time: number): string {
    const names = this.#names.get(object);
    if (!names) return "";
    const told = countWhile(names.length, (i) => (names[i] as NameEvent).time <= time);
    return (names[Math.max(0, told - 1)] as NameEvent).name;
  }
}
