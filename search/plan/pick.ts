/** The element with a number, modulo how many there are; there has to be one. */
export function at<T>(from: readonly T[], number: number): T {
  return from[number % from.length] as T;
}
