import { PROCESS_FRAME } from "../stacks/frames.ts";
import type { StackProfile } from "../stacks/stack-profile.ts";
import { type JsonPieces, jsonList, jsonObject, jsonValue } from "./json-pieces.ts";
import { NumberedTexts } from "./numbered-texts.ts";
import { type CodeStacks, functionName } from "./profile-source.ts";

/** Type of a resource: a library. */
const LIBRARY = 1;
/** In columns of numbers that have no value. */
const NONE = -1;

type ColumnValue = (index: number) => string | number | boolean | null;

/** Tables of the Firefox Profiler are lists, one a column, and their length. */
export function firefoxTable(
  length: number,
  columns: Readonly<Record<string, ColumnValue>>,
  more: Readonly<Record<string, JsonPieces>> = {},
): JsonPieces {
  const lists: [string, JsonPieces][] = Object.entries(columns).map(([name, valueAt]) => [
    name,
    jsonList(length, (index) => String(valueAt(index))),
  ]);
  return jsonObject({ ...Object.fromEntries(lists), ...more, length: jsonValue(length) });
}

/** Stacks, frames, functions and their modules, which all threads share. */
export function firefoxSharedTables(profile: StackProfile, stacks: CodeStacks): JsonPieces {
  const { frames } = profile;
  const strings = new NumberedTexts();
  const [modules, files, functions] = [new NumberedTexts(), new NumberedTexts(), new NumberedTexts()];
  const functionRows: { readonly name: number; readonly module: number; readonly file: number }[] = [];
  const frameRows: { readonly function: number; readonly line: number | undefined }[] = [];
  const frameNumbers = new Int32Array(frames.size);
  for (let frame = 0; frame < frames.size; frame++) {
    const { module, file, line } = frames.place(frame);
    if (module === PROCESS_FRAME) continue;
    const name = functionName(profile, frame);
    const number = functions.number(`${module}!${name}!${file ?? ""}`);
    if (number === functionRows.length) {
      functionRows.push({
        name: strings.number(name),
        module: module === "" ? NONE : modules.number(module),
        file: file === undefined ? NONE : files.number(file),
      });
    }
    frameNumbers[frame] = frameRows.push({ function: number, line }) - 1;
  }
  const moduleNames = Array.from(modules.all, (name) => strings.number(name));
  const fileNames = Array.from(files.all, (name) => strings.number(name));
  const [none, nothing, zero, no] = [() => NONE, () => null, () => 0, () => false];
  return jsonObject({
    stackTable: firefoxTable(stacks.count, {
      frame: (index) => frameNumbers[stacks.frameOf(index)] as number,
      // How far back the caller is; 0 for the outermost.
      prefixOffset: (index) => (stacks.parentOf(index) < 0 ? 0 : index - stacks.parentOf(index)),
    }),
    frameTable: firefoxTable(frameRows.length, {
      address: none,
      lib: none,
      inlineDepth: zero,
      category: zero,
      subcategory: zero,
      func: (index) => frameRows[index]?.function ?? NONE,
      nativeSymbol: nothing,
      innerWindowID: zero,
      line: (index) => frameRows[index]?.line ?? null,
      column: nothing,
      originalLocation: nothing,
    }),
    funcTable: firefoxTable(functionRows.length, {
      name: (index) => functionRows[index]?.name ?? NONE,
      isJS: no,
      relevantForJS: no,
      resource: (index) => functionRows[index]?.module ?? NONE,
      source: (index) => (functionRows[index]?.file === NONE ? null : (functionRows[index]?.file ?? null)),
      lineNumber: nothing,
      columnNumber: nothing,
      originalLocation: nothing,
    }),
    resourceTable: firefoxTable(moduleNames.length, {
      name: (index) => moduleNames[index] as number,
      host: nothing,
      type: () => LIBRARY,
    }),
    nativeSymbols: firefoxTable(0, { libIndex: none, address: none, name: none, functionSize: nothing }),
    sources: firefoxTable(fileNames.length, {
      id: nothing,
      filename: (index) => fileNames[index] as number,
      startLine: () => 1,
      startColumn: () => 1,
      sourceMapURL: nothing,
      content: nothing,
    }),
    sourceLocationTable: firefoxTable(0, { source: none, line: none, column: none }),
    stringArray: jsonValue([...strings.all]),
  });
}
