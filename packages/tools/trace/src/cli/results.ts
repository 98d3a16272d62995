import { lazySchemas } from "@adk/cli-kit";

/** The shapes of what the commands print with `--json`. */
export const results = lazySchemas(() => import("../results.ts"));
