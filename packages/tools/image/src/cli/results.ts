import { lazySchemas } from "@adk/cli-kit";

/** The shapes of what the commands print with `--json`. */
export const wimResults = lazySchemas(() => import("../schemas.ts"));
export const registryResults = lazySchemas(() => import("../registry/schemas.ts"));
export const cabResults = lazySchemas(() => import("../cab/schemas.ts"));
