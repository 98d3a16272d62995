import type { ZodType } from "zod";

/** The schemas of a module by their names, each as a function that loads it. */
export type LazySchemas<Module> = {
  readonly [Name in keyof Module as Module[Name] extends ZodType ? Name : never]: () => Promise<Module[Name]>;
};

/**
 * The schemas of a module, for `context.output`, without loading it: only `--json` needs them, and zod with them.
 *
 * @param load such as `() => import("../schemas.ts")`
 */
export function lazySchemas<Module extends object>(load: () => Promise<Module>): LazySchemas<Module> {
  return new Proxy({} as LazySchemas<Module>, {
    get: (_, name) => async () => (await load())[name as keyof Module],
  });
}
