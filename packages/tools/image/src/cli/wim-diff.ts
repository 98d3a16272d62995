import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type Cell, type Command, exitCodes, formatBytes, type Terminal } from "@adk/cli-kit";
import { AtomicFile, fromSystemError } from "@adk/core";
import { diffImages } from "../diff/diff-images.ts";
import { diffPage } from "../diff/page.ts";
import { type Aspect, type Difference, type DifferenceKind, type WimDiffResult, wimDiffResult } from "../diff/schema.ts";
import { counted, sourceIn } from "./names.ts";

/** What `--ignore` takes. */
const IGNORABLE: Readonly<Record<string, Aspect>> = {
  times: "times",
  security: "security",
  "short-names": "short-name",
  attributes: "attributes",
};
const KINDS: readonly DifferenceKind[] = ["added", "removed", "changed", "moved"];
const LETTERS: Readonly<Record<DifferenceKind, string>> = { added: "A", removed: "D", changed: "M", moved: "R" };

interface Options {
  html?: string;
  only?: DifferenceKind[];
  path?: string;
  ignore?: string[];
}
