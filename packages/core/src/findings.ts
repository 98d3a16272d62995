import { AdkError } from "./errors.ts";

/** Something that a parser or a check has to say about its input and that does not stop the work. */
export interface Finding {
  severity: "error" | "warning" | "info";
  /** Stable, like the codes of `AdkError`. */
  code: string;
  message: string;
  where?: {
    file?: string | undefined;
    /** Byte offset in the file. */
    offset?: number | undefined;
    /** Path inside an image or volume. */
    path?: string | undefined;
  };
}

/** Collects findings, with a bound: a hostile file must not fill the memory with complaints. */
export class Findings {
  readonly list: Finding[] = [];
  /** How many were reported beyond the bound and are not in the list. */
  dropped = 0;
  readonly #most: number;

  constructor(most = 10_000) {
    this.#most = most;
  }

  add(finding: Finding): void {
    if (this.list.length < this.#most) this.list.push(finding);
    else this.dropped++;
  }

  error(code: string, message: string, where?: Finding["where"]): void {
    this.add(where ? { severity: "error", code, message, where } : { severity: "error", code, message });
  }

  warning(code: string, message: string, where?: Finding["where"]): void {
    this.add(where ? { severity: "warning", code, message, where } : { severity: "warning", code, message });
  }

  /** An error of the input becomes a finding; any other is thrown on. */
  fromError(error: unknown): void {
    if (!(error instanceof AdkError) || error.kind === "environment" || error.kind === "cancelled") throw error;
    this.error(error.code, error.message, { file: error.file, offset: error.offset });
  }

  get hasErrors(): boolean {
    return this.list.some((finding) => finding.severity === "error");
  }
}
