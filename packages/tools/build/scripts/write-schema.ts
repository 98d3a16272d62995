// Writes schema/deployment.schema.json, by which editors complete and check manifests.
import { writeFileSync } from "node:fs";
import { manifestJsonSchema } from "../src/manifest/manifest.ts";

const target = new URL("../schema/deployment.schema.json", import.meta.url);
writeFileSync(target, `${JSON.stringify(manifestJsonSchema(), undefined, 2)}\n`);
