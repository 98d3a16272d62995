/** Build a Windows image from a declarative manifest. */

/** The whole: manifest in, files out. */
export { type BuildOptions, type BuildResult, buildDeployment, buildResultSchema } from "./build.ts";
export { type Lock, lockSchema } from "./lock.ts";
export { type Manifest, manifestJsonSchema, manifestSchema } from "./manifest/manifest.ts";
export { type ManifestFile, readManifest } from "./manifest/manifest-file.ts";
export { type Plan, planSchema } from "./plan.ts";
export { type BuildReport, reportSchema } from "./report/report.ts";
