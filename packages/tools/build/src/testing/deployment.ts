import { makeTree, type Tree } from "@adk/testing";

/** A deployment with a small base, as the start of most tests. */
export function deployment(manifest: string, more: Tree = {}): Promise<string> {
  return makeTree({
    "deployment.yaml": manifest,
    "base/Windows/System32/drivers/etc/hosts": "base",
    "base/Windows/notepad.exe": "MZ notepad",
    "base/Windows/Temp/a.tmp": "a",
    "base/Windows/Temp/b.tmp": "bb",
    "base/Users/Default/": "",
    ...more,
  });
}

/** What every manifest needs. */
export const REST = "image: { name: Test }\noutputs: [{ kind: wim, file: test.wim }]\n";
