import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AdkError, FileAccess } from "@adk/core";
import { executableFacts, parsePe, readExecutable, readImports } from "@adk/pe";
import { temporaryDirectory } from "@adk/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { describeWithData } from "../support/data.ts";
import { liveTruthOf, truthOf } from "../support/pe-facts.ts";
import { testWithPefile } from "../support/pefile.ts";

// Real files, and corkami's collection of files that are as odd as Windows lets them be. Where pefile reads a file, every field of
// ours must be equal.

/** Fields in which pefile is not followed, with the reason. */
const OTHERWISE: Readonly<Record<string, readonly string[]>> = {
  // pefile changes the old addresses of the delay-load table and then sums up the changed file.
  "delayfake.exe": ["checksumComputed"],
};

type Truth = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

describeWithData("app-compat/pe", (data) => {
  let corkami: string;
  beforeAll(async () => {
    corkami = join(temporaryDirectory(), "corkami");
    mkdirSync(corkami);
    execFileSync("tar", ["xJf", join(data, "corkami-pe-open.tar.xz"), "-C", corkami]);
    execFileSync("sh", [
      "-c",
      `xz -dc '${join(data, "corkami-manyimportsW7.exe.xz")}' > '${join(corkami, "manyimportsW7.exe")}'`,
    ]);
  });

  describe.each(["truth.pefile.json", "corkami-open.truth.pefile.json"])("%s", (file) => {
    test("every field of every file", async () => {
      const truth: Truth = JSON.parse(readFileSync(join(data, file), "utf8"));
      for (const [name, expected] of Object.entries(truth)) {
        const bytes = readFileSync(join(file.startsWith("corkami") ? corkami : data, name));
        if ("error" in expected) {
          await expect(parsePe(bytes)).rejects.toThrow(AdkError);
          continue;
        }
        // Files on which pefile itself fails must be read, or refused with a reason.
        const found = await parsePe(bytes).then(truthOf, (error: unknown) => {
          if (error instanceof AdkError && "exception" in expected) return undefined;
          throw error;
        });
        if ("exception" in expected || !found) continue;
        for (const [field, value] of Object.entries(expected)) {
          if (!OTHERWISE[name]?.includes(field)) expect([name, field, found[field]]).toEqual([name, field, value]);
        }
      }
    });
  });

  testWithPefile(
    "the pefile of this machine says the same of imports, exports, resources, versions, debug data ...",
    async (ask) => {
      const files = [data, corkami].flatMap((directory) => readdirSync(directory).map((name) => join(directory, name)));
      const answers = ask(files);
      let compared = 0;
      for (const [index, file] of files.entries()) {
        const expected = answers[index];
        if (!expected || expected.error !== undefined) continue;
        if (file.startsWith(corkami)) continue;
        const access = await FileAccess.open(file);
        const found = await liveTruthOf(await parsePe(access));
        await access.close();
        expect(JSON.parse(JSON.stringify([file, found]))).toEqual([file, expected]);
        compared++;
      }
      expect(compared).toBeGreaterThan(4);
    },
  );

  test("every file of the collection is read in little time", async () => {
    for (const name of readdirSync(corkami)) {
      const bytes = readFileSync(join(corkami, name));
      const started = performance.now();
      await readExecutable(bytes).then(executableFacts, (error: unknown) => expect(error).toBeInstanceOf(AdkError));
      expect([name, performance.now() - started < 1000]).toEqual([name, true]);
    }
  });

  test("a file with 40 million import thunks", async () => {
    const bytes = readFileSync(join(corkami, "manyimportsW7.exe"));
    const started = performance.now();
    const pe = await parsePe(bytes);
    expect((await readImports(pe)).map(({ dll }) => dll)).toEqual(["kernel32.dll", "msvcrt.dll"]);
    expect(pe.findings.list.length).toBeGreaterThan(0);
    // Measured: some milliseconds; the bound is that of the specification, with room for a busy machine.
    expect(performance.now() - started).toBeLessThan(500);
  });
});
