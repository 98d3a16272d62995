/** @typedef {{ name: string, state: "passed" | "failed" | "left out", seconds: number, output: string }} StepResult */

/** Runs named steps one after the other, tells about each in a line, and keeps what they said for the end. */
export class Steps {
  /** @type {StepResult[]} */
  results = [];

  get failed() {
    return this.results.filter((result) => result.state === "failed");
  }

  /**
   * @param {string} name
   * @param {() => Promise<{ ok: boolean, output: string }>} action
   * @param {string[]} [needs] steps without which this one would only repeat their failure
   * @returns {Promise<boolean>} whether it passed
   */
  async run(name, action, needs = []) {
    if (this.results.some((result) => result.state !== "passed" && needs.includes(result.name))) {
      this.#add({ name, state: "left out", seconds: 0, output: "" });
      return false;
    }
    if (process.stdout.isTTY) process.stdout.write(`  ${name} ...`);
    const start = performance.now();
    const { ok, output } = await action();
    this.#add({ name, state: ok ? "passed" : "failed", seconds: (performance.now() - start) / 1000, output });
    return ok;
  }

  /** What failed, then the output of each failed step; nothing if all passed. */
  report() {
    for (const { name, output } of this.failed) console.log(`\n--- ${name} failed ---\n${output.trimEnd()}`);
    const missed = this.results.filter((result) => result.state !== "passed");
    if (missed.length > 0) console.log(`\n${missed.map(({ name, state }) => `${name}: ${state}`).join("\n")}`);
  }

  #add(result) {
    this.results.push(result);
    const mark = { passed: "ok", failed: "FAILED", "left out": "left out" }[result.state];
    const line = `  ${result.name.padEnd(24)} ${mark.padEnd(8)} ${result.seconds.toFixed(1).padStart(6)} s`;
    console.log(process.stdout.isTTY ? `\r${line}` : line);
  }
}
