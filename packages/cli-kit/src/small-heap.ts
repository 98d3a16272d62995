import { setFlagsFromString } from "node:v8";

/**
 * For commands that work through much data for long: from now on V8 does not give more memory to young objects than they have.
 * It would take some 50 MB for what lives for milliseconds; collecting that more often costs next to nothing. It holds for
 * the process, so it is for the command line to decide and not for a library.
 */
export function keepHeapSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}
