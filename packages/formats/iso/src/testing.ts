/** For tests of packages that read discs: volumes of UDF in the forms that nothing here writes. */
export { SAMPLE_TREE, type UdfSample, type UdfSampleOptions, udfSample } from "./samples/udf-sample.ts";
