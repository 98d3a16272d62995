/**
 * Matches whole texts with a pattern in which `*` stands for any part and `?` for one code unit; capitals do not matter. A match takes at
 * most (length of the text) x (length of the pattern) steps.
 */
export function wildcardMatcher(pattern: string): (text: string) => boolean {
  const lower = pattern.toLowerCase();
  if (lower === "*") return () => true;
  if (!lower.includes("?")) {
    const [start, middle, end] = lower.split("*");
    if (middle === undefined) return (text) => text.toLowerCase() === lower;
    if (start && middle === "" && end === undefined) return (text) => text.toLowerCase().startsWith(start);
    if (start === "" && end === "" && lower.length === middle.length + 2) {
      return (text) => text.toLowerCase().includes(middle);
    }
  }
  return (text) => {
    const own = text.toLowerCase();
    const isStar = (i: number) => lower[i] === "*";
    return matchSequence(lower.length, own.length, isStar, (i, k) => lower[i] === "?" || lower[i] === own[k]);
  };
}

/**
 * Matches a sequence of patterns, some of which are stars, with a sequence of items. Only the last star is ever tried again, because an
 * earlier one can gain nothing.
 */
export function matchSequence(
  patterns: number,
  items: number,
  isStar: (pattern: number) => boolean,
  matches: (pattern: number, item: number) => boolean,
): boolean {
  let pattern = 0;
  let item = 0;
  let star = -1;
  let starItem = 0;
  while (item < items) {
    if (pattern < patterns && isStar(pattern)) {
      star = pattern++;
      starItem = item;
    } else if (pattern < patterns && matches(pattern, item)) {
      pattern++;
      item++;
    } else if (star >= 0) {
      // Let the last star take one item more.
      pattern = star + 1;
      item = ++starItem;
    } else return false;
  }
  while (pattern < patterns && isStar(pattern)) pattern++;
  return pattern === patterns;
}
