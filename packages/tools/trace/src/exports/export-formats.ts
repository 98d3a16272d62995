import { chromeFormat } from "./chrome.ts";
import { collapsedFormat } from "./collapsed.ts";
import { firefoxFormat } from "./firefox.ts";
import { perfettoFormat } from "./perfetto.ts";
import { pprofFormat } from "./pprof.ts";
import type { ProfileFormat } from "./profile-source.ts";
import { speedscopeFormat } from "./speedscope.ts";

/** Formats of profiles: of stacks with weights. */
export const PROFILE_FORMATS: readonly ProfileFormat[] = [
  perfettoFormat,
  firefoxFormat,
  speedscopeFormat,
  chromeFormat,
  collapsedFormat,
  pprofFormat,
];
