/** How many indexes from 0 on a condition holds for that holds for none behind the first one it fails for; at most `length`. */
export function countWhile(length: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Index of the last of ascending numbers that is not greater; -1 if all are.
 *
 * @param length how many of the numbers count
 */
export function lastAtMost(numbers: ArrayLike<number>, value: number, length = numbers.length): number {
  let [low, high] = [0, length];
  // Not by `countWhile`: addresses of samples are looked up by millions.
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numbers[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
