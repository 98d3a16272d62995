/** For tests of packages that read cabinets: the kit does not write any. */
export {
  type SampleFile,
  type SampleFolder,
  type SampleOptions,
  sampleCabinet,
  sampleSet,
  sampleText,
} from "./sample-cabinet.ts";
