/** The element with a number, modulo the count; there must be one. */
export function at<T>(from: readonly T[], number: number): T {
  return from[number % from.length] as T;
}
