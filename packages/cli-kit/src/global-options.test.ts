import { expect, test } from "vitest";
import { splitCommandLine, takeGlobalOptions } from "./global-options.ts";

test("options before the command are the program's, what follows is untouched", () => {
  const line = splitCommandLine(["--json", "--progress", "json", "-q", "dism", "--quiet", "/Get-ImageInfo"]);
  expect(line.options).toMatchObject({ json: true, progress: "json", quiet: true, color: true });
  expect([line.command, line.rest]).toEqual(["dism", ["--quiet", "/Get-ImageInfo"]]);
});

test("options after the command are taken up to --", () => {
  const { options } = splitCommandLine([]);
  const rest = takeGlobalOptions(options, ["info", "--no-color", "a", "--help", "--progress=none", "--", "--json"]);
  expect(rest).toEqual(["info", "a", "--help", "--", "--json"]);
  expect(options).toMatchObject({ json: false, color: false, progress: "none", help: false });
});

test("a missing value of --progress is not the command", () => {
  expect(splitCommandLine(["--progress"])).toMatchObject({ command: undefined, options: { progress: undefined } });
});
