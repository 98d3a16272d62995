/** For tests, also those of other packages: disks that nobody makes on purpose. */
export { dirtyVhdx, type SampleChange } from "./vhdx/dirty-sample.ts";
