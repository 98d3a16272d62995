import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseRelease } from "./facts/releases.ts";
import { fromManifest } from "./manifest/from-manifest.ts";
import { parseManifest } from "./manifest/manifest-file.ts";
import { withoutSecrets } from "./manifest/without-secrets.ts";
import { validate } from "./validate/validate.ts";

const text = readFileSync(new URL("../../../../docs/answer-files.md", import.meta.url), "utf8");
const manifests = [...text.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml]) => yaml!);

test.each(manifests)("a manifest of docs/answer-files.md gives a file without errors: %s", (yaml) => {
  // Secrets of the examples lie in files and variables that are not there.
  const manifest = parseManifest(yaml.replace(/\{ (?:file|env): [\w.-]+ \}/g, "Secret-123"));
  expect(withoutSecrets(manifest).manifest).toBeDefined();
  const target = manifest.target === undefined ? undefined : parseRelease(manifest.target);
  const { findings } = validate(fromManifest(manifest), { target });
  expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
});
