import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, test } from "vitest";

/** The real files lie outside the repository: in `$ADK_TEST_DATA`, or in `shared/data` beside the repository. */
const DATA_ROOT = resolve(process.env.ADK_TEST_DATA || join(import.meta.dirname, "../../../shared/data"));

/**
 * A suite over real files.
 *
 * @param field a directory of the data: `imaging`, or `trace/facts`
 * @param suite gets the absolute path of that directory; not called if it does not exist, a skipped test tells so instead
 */
export function describeWithData(field: string, suite: (directory: string) => void): void {
  const directory = join(DATA_ROOT, field);
  if (existsSync(directory)) describe(`data ${field}`, () => suite(directory));
  else describe(`data ${field}`, () => test.skip(`skipped: ${directory} does not exist; set ADK_TEST_DATA`, () => {}));
}
