/** A range in which a value lies with some confidence. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: readonly number[]): number {
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
}

/**
 * Where the difference of the means of two sets of runs lies, by Welch's test: the sets may differ in size and in how much their runs
 * vary.
 *
 * @param confidence 0.99: of a hundred such intervals one does not hold the difference
 * @returns undefined with less than two runs in one of the sets
 */
export function differenceInterval(
  a: readonly number[],
  b: readonly number[],
  confidence: number,
): Interval | undefined {
  if (a.length < 2 || b.length < 2) return undefined;
  const [ea, eb] = [variance(a) / a.length, variance(b) / b.length];
  const difference = mean(b) - mean(a);
  if (ea + eb === 0) return { low: difference, high: difference };
  const freedom = (ea + eb) ** 2 / (ea ** 2 / (a.length - 1) + eb ** 2 / (b.length - 1));
  const margin = studentQuantile((1 + confidence) / 2, freedom) * Math.sqrt(ea + eb);
  return { low: difference - margin, high: difference + margin };
}

/**
 * The same for one run each, of what is counted in samples: a sampling profiler's counts vary as their square roots.
 *
 * @param weight of one sample
 */
export function sampledInterval(a: number, b: number, weight: number, confidence: number): Interval {
  const margin = normalQuantile((1 + confidence) / 2) * Math.sqrt((a + b) * weight);
  return { low: b - a - margin, high: b - a + margin };
}

/** Inverse of the normal distribution's function (Acklam's rational approximation, relative error below 1.15e-9). */
export function normalQuantile(p: number): number {
  const tail = 0.024_25;
  if (p > 1 - tail) return -normalQuantile(1 - p);
  if (p < tail) {
    const q = Math.sqrt(-2 * Math.log(p));
    return polynomial(TAIL_NUMERATOR, q) / polynomial(TAIL_DENOMINATOR, q);
  }
  const q = p - 0.5;
  return (q * polynomial(NUMERATOR, q * q)) / polynomial(DENOMINATOR, q * q);
}

/** Inverse of Student's distribution's function; between whole degrees of freedom too. Exact for 1 and 2, else Hill's expansion. */
export function studentQuantile(p: number, freedom: number): number {
  if (p < 0.5) return -studentQuantile(1 - p, freedom);
  if (freedom < 1.5) return Math.tan(Math.PI * (p - 0.5));
  if (freedom < 2.5) return (2 * p - 1) / Math.sqrt(2 * p * (1 - p));
  const two = 2 * (1 - p);
  const a = 1 / (freedom - 0.5);
  const b = 48 / (a * a);
  let c = ((20_700 * a) / b - 98) * a - 16;
  c = c * a + 96.36;
  const d = ((94.5 / (b + c) - 3) / b + 1) * Math.sqrt((a * Math.PI) / 2) * freedom;
  let y = (d * two) ** (2 / freedom);
  if (y > 0.05 + a) {
    const x = normalQuantile(two / 2);
    y = x * x;
    if (freedom < 5) c += 0.3 * (freedom - 4.5) * (x + 0.6);
    c = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + c;
    y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x;
    y = Math.expm1(a * y * y);
  } else {
    const near =
      (1 / (((freedom + 6) / (freedom * y) - 0.089 * d - 0.822) * (freedom + 2) * 3) + 0.5 / (freedom + 4)) * y - 1;
    y = (near * (freedom + 1)) / (freedom + 2) + 1 / y;
  }
  return Math.sqrt(freedom * y);
}

/** Coefficients of the highest power first. */
const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);

const NUMERATOR = [
  -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
];
const DENOMINATOR = [
  -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1,
];
const TAIL_NUMERATOR = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const TAIL_DENOMINATOR = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
