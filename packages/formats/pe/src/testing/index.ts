/** For tests of packages that read catalogs: what no tool outside Windows makes. */
export { makeSampleCatalog, type SampleCatalog, type SampleMember } from "./sample-catalog.ts";
export { makeTestSigner, type TestSigner, type TestSignerOptions } from "./sample-signing.ts";
