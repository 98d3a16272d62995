/** For tests, also those of other packages: disks that nobody makes on purpose, or nothing here writes. */
export { differencingVhd } from "./vhd/differencing-sample.ts";
export { differencingVhdx } from "./vhdx/differencing-sample.ts";
export { dirtyVhdx, type SampleChange } from "./vhdx/dirty-sample.ts";
