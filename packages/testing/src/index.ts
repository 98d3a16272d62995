/** What the tests of the packages share. */

export { adkError, expectTruncationsRefused, isAdkError, orRefused } from "./expectations.ts";
export { FUZZ_SEED, type FuzzOptions, fuzz } from "./fuzz.ts";
export { schemaViolations } from "./json-schema.ts";
export { mutate, type Sample } from "./mutations.ts";
export {
  type ProtobufFields,
  protobufMessages,
  protobufNumbers,
  protobufTexts,
  readProtobuf,
} from "./protobuf.ts";
export { noise, prose, type Random, random } from "./random.ts";
export { type ReadmeRun, runReadmeExample } from "./readme-example.ts";
export { makeTree, type Tree, temporaryDirectory } from "./temporary.ts";
