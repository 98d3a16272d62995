/**
 * A comment of an answer file that says which Windows it is for, as `<!-- adk: target=win11-24h2 -->`: Setup has no place for it. A manifest's
 * target is kept there, and validation takes it where no other is given.
 */
export function targetComment(target: string): string {
  return `<!-- adk: target=${target} -->`;
}

const TARGET = /<!-- adk: target=(\w+(?:[.-]\w+)*) -->/;

export function targetIn(text: string): string | undefined {
  return TARGET.exec(text)?.[1];
}
