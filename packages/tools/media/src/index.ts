/** What is on a disc. */
export { type IsoInfo, isoInfo, isoInfoResult } from "./iso-info.ts";
