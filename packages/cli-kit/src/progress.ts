import type { Progress } from "@adk/core";
import type { ProgressMode } from "./global-options.ts";
import type { OutputStream } from "./output-stream.ts";
import { formatBytes, formatDuration, textWidth, truncate, visible } from "./text.ts";

/** Milliseconds between two reports. */
const INTERVAL = 100;
const BAR_WIDTH = 20;
const CLEAR_LINE = "\r\u001b[2K";

/** Shows progress on stderr. Reports of one phase are thinned out; its first and its last are always shown as JSON. */
export class ProgressReporter {
  readonly #stream: OutputStream;
  readonly #mode: "bar" | "json" | "none";
  readonly #now: () => number;
  #phase: string | undefined;
  #phaseStart = 0;
  #reported = 0;
  /** The last progress of the phase, while it is not shown. */
  #pending: Progress | undefined;
  #barShown = false;

  constructor(
    stream: OutputStream,
    mode: ProgressMode,
    quiet: boolean,
    now: () => number = performance.now.bind(performance),
  ) {
    this.#stream = stream;
    this.#now = now;
    if (mode === "auto") this.#mode = !quiet && stream.columns !== undefined ? "bar" : "none";
    else this.#mode = mode;
  }

  report(progress: Progress): void {
    if (this.#mode === "none") return;
    const now = this.#now();
    const newPhase = progress.phase !== this.#phase;
    if (newPhase) {
      if (this.#mode === "json") this.#showPending();
      this.#phase = progress.phase;
      this.#phaseStart = now;
    }
    this.#pending = progress;
    if (newPhase || now - this.#reported >= INTERVAL) {
      this.#reported = now;
      this.#showPending();
    }
  }

  /** Takes the bar away before something else is written; the next report brings it back. */
  clear(): void {
    if (!this.#barShown) return;
    this.#barShown = false;
    this.#stream.text(CLEAR_LINE);
  }

  /** Ends the display when the operation ends. */
  end(): void {
    if (this.#mode === "json") this.#showPending();
    this.#pending = undefined;
    this.clear();
  }

  #showPending(): void {
    const progress = this.#pending;
    if (progress === undefined) return;
    this.#pending = undefined;
    if (this.#mode === "json") this.#stream.text(`${JSON.stringify({ progress })}\n`);
    else {
      // The last column stays free: some terminals wrap once it is written.
      const line = formatProgress(progress, this.#now() - this.#phaseStart, (this.#stream.columns ?? 80) - 1);
      this.#stream.text(`${CLEAR_LINE}${line}`);
      this.#barShown = true;
    }
  }
}

/**
 * The line of a bar: `capture [#####-----] 25 % 1.0 GiB/4.0 GiB 210.0 MiB/s ETA 0:15 \Windows\System32\x.dll`.
 *
 * @param elapsed milliseconds since the phase began
 * @param columns that it may take
 */
export function formatProgress(progress: Progress, elapsed: number, columns: number): string {
  const { phase, done, total, unit, item } = progress;
  const amount = (count: number) => (unit === "bytes" ? formatBytes(count) : String(Math.round(count)));
  const parts = [visible(phase)];
  const rate = elapsed > 0 ? (done / elapsed) * 1000 : 0;
  if (total > 0) {
    const share = Math.min(1, done / total);
    const filled = Math.floor(share * BAR_WIDTH);
    parts.push(`[${"#".repeat(filled)}${"-".repeat(BAR_WIDTH - filled)}]`, `${Math.floor(share * 100)} %`);
    parts.push(`${amount(done)}/${amount(total)}`);
  } else parts.push(amount(done));
  if (unit !== "bytes") parts.push(unit);
  if (rate > 0 && elapsed >= 1000) {
    parts.push(`${amount(rate)}/s`);
    if (total > done) parts.push(`ETA ${formatDuration(((total - done) / rate) * 1000)}`);
  }
  const line = truncate(parts.join(" "), columns);
  const left = columns - textWidth(line) - 1;
  return item === undefined || left < BAR_WIDTH ? line : `${line} ${truncate(visible(item), left, "middle")}`;
}
