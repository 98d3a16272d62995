import type { HostStream } from "./host.ts";

/**
 * Standard output or standard error. When its reader goes away (`adk ... | head`), text is dropped from then on and the
 * work goes on; every other failure of the stream is kept for `flush`.
 */
export class OutputStream {
  readonly #stream: HostStream;
  #failure: Error | undefined;

  constructor(stream: HostStream) {
    this.#stream = stream;
    stream.on("error", (error) => {
      this.#failure ??= error;
    });
  }

  /** Whether the reader went away. */
  get closed(): boolean {
    return this.#failure !== undefined && "code" in this.#failure && this.#failure.code === "EPIPE";
  }

  /** Columns of the terminal; `undefined` where it is none. Some terminals say 0 for "not known". */
  get columns(): number | undefined {
    return this.#stream.isTTY ? this.#stream.columns || 80 : undefined;
  }

  /** Writes without waiting. */
  text(text: string): void {
    if (this.#failure === undefined) this.#stream.write(text);
  }

  /** Writes and waits until the stream took it; resolves with the failure, if there is one. */
  write(bytes: Uint8Array | string): Promise<Error | undefined> {
    return new Promise((resolve) => {
      if (this.#failure) resolve(this.#failure);
      else
        this.#stream.write(bytes, (error) => {
          this.#failure ??= error ?? undefined;
          resolve(this.#failure);
        });
    });
  }

  /** Waits until everything is written; resolves with what went wrong, except that the reader went away. */
  async flush(): Promise<Error | undefined> {
    await this.write("");
    return this.closed ? undefined : this.#failure;
  }
}
