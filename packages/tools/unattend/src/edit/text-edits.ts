import type { AnswerFile } from "../document/answer-file.ts";

/** Text in place of a piece of the file; offsets as in `AnswerFile.text`. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Makes edits that do not touch each other; of those that overlap an earlier one, the earlier stays. */
export function applyEdits(file: AnswerFile, edits: readonly TextEdit[]): AnswerFile {
  const { text } = file;
  const pieces: string[] = [];
  let done = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (edit.start < done) continue;
    pieces.push(text.slice(done, edit.start), edit.text);
    done = edit.end;
  }
  pieces.push(text.slice(done));
  return file.withText(pieces.join(""));
}
