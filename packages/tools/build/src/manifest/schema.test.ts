import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { manifestJsonSchema } from "./manifest.ts";

test("the published schema is that of the code; else run: npm run schema -w @adk/build", async () => {
  const published = await readFile(new URL("../../schema/deployment.schema.json", import.meta.url), "utf8");
  expect(JSON.parse(published)).toEqual(JSON.parse(JSON.stringify(manifestJsonSchema())));
});
