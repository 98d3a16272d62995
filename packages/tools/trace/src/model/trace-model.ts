import type { EtlTrace, TraceClock } from "@adk/etl";
import { ColumnMemory } from "./column-memory.ts";
import { type Collector, type EventPassOptions, passEvents } from "./event-pass.ts";
import { EventSchemas, type SchemaSources } from "./event-schemas.ts";
import { Files } from "./files.ts";
import { Images } from "./images.ts";
import { JittedMethods } from "./jitted-methods.ts";
import { Processes } from "./processes.ts";
import { Services } from "./services.ts";
import { Stacks } from "./stacks.ts";
import { Threads } from "./threads.ts";
import { Volumes } from "./volumes.ts";

/** Who and what the events of a trace are about: processes, threads, images, files, services, stacks. */
export class TraceModel {
  readonly trace: EtlTrace;
  readonly schemas: EventSchemas;
  readonly volumes = new Volumes();
  readonly processes = new Processes();
  readonly threads = new Threads(this.processes);
  readonly images = new Images(this.volumes);
  readonly jittedMethods = new JittedMethods();
  readonly files = new Files(this.volumes);
  readonly services = new Services();
  readonly stacks: Stacks;
  readonly #collectors: readonly Collector[];
  /** Where what is collected is kept. */
  readonly memory: ColumnMemory;
  /** Ticks of the last event. */
  end = 0;

  constructor(
    trace: EtlTrace,
    schemas: SchemaSources = {},
    {
      memory = new ColumnMemory(),
      stacks = true,
    }: { memory?: ColumnMemory | undefined; stacks?: boolean | undefined } = {},
  ) {
    this.trace = trace;
    this.schemas = new EventSchemas(schemas);
    this.memory = memory;
    this.stacks = new Stacks(trace.clock, memory, stacks);
    const { volumes, processes, threads, images, jittedMethods, files, services } = this;
    const own = [volumes, processes, threads, images, files, services, this.stacks];
    this.#collectors = stacks ? [...own, jittedMethods] : own;
  }

  get clock(): TraceClock {
    return this.trace.clock;
  }

  /** Milliseconds from the first event to the last. */
  get duration(): number {
    return this.clock.toMilliseconds(this.end);
  }

  /** Takes all events, and gives them to others too. */
  async read(collectors: readonly Collector[], options: Omit<EventPassOptions, "schemas"> = {}): Promise<void> {
    await this.pass([...this.#collectors, ...collectors], options);
  }

  /** Gives the events to others only: nothing is known of processes then, nor of anything else. */
  async pass(collectors: readonly Collector[], options: Omit<EventPassOptions, "schemas"> = {}): Promise<void> {
    const last: Collector = {
      handlerOf: () => (event) => {
        if (event.time > this.end) this.end = event.time;
      },
    };
    await this.schemas.learn(this.trace, { signal: options.signal });
    await passEvents(this.trace, [last, ...collectors], { ...options, schemas: this.schemas });
  }
}
