/** Something that has an identifier while it lives; the identifier may be given to another later. */
export interface Lifetime {
  /** Ticks; -Infinity for what was there when the trace began. */
  readonly start: number;
  /** Ticks; Infinity for what was there when it ended. */
  end: number;
}

/** Who had an identifier at which time. */
export class Lifetimes<Id, Item extends Lifetime> {
  readonly #byId = new Map<Id, Item[]>();
  readonly all: Item[] = [];

  /** Those of an identifier, in the order of their starts. */
  of(id: Id): readonly Item[] {
    return this.#byId.get(id) ?? [];
  }

  /** One that begins; one of the same identifier that did not end before ends. */
  add(id: Id, item: Item): Item {
    const list = this.#byId.get(id);
    if (!list) this.#byId.set(id, [item]);
    else {
      const last = list.at(-1) as Item;
      if (last.end > item.start) last.end = item.start;
      list.push(item);
    }
    this.all.push(item);
    return item;
  }

  /** Who had it at a time; if nobody had, the one who had it last before, or first after: rundowns come late, last events too. */
  at(id: Id, time: number): Item | undefined {
    const list = this.#byId.get(id);
    if (!list) return undefined;
    for (let i = list.length - 1; i > 0; i--) {
      const item = list[i] as Item;
      if (item.start <= time) return item;
    }
    return list[0];
  }

  /** The one who has it now. */
  current(id: Id): Item | undefined {
    return this.#byId.get(id)?.at(-1);
  }
}
