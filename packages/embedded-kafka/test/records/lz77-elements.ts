import fc from 'fast-check';

/** An element of an LZ77 compression. */
export type Element = { readonly literals: Buffer } | { readonly distance: number; readonly length: number };

const literals = fc
  .oneof(
    { weight: 9, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 90 }) },
    { weight: 1, arbitrary: fc.nat(700).map((n) => new Uint8Array(n + 1)) },
  )
  .map((bytes) => ({ literals: Buffer.from(bytes) }));
const copy = fc.record({ back: fc.nat(5_000), length: fc.integer({ min: 4, max: 300 }) });

/** Alternating literals and copies, as encoders of these formats write them; copies stay within the output. */
export const arbitraryElements: fc.Arbitrary<Element[]> = fc.array(fc.tuple(literals, copy), { maxLength: 12 }).map((pairs) => {
  let written = 0;
  return pairs.flatMap(([literal, { back, length }]) => {
    written += literal.literals.length;
    const distance = 1 + (back % written);
    written += length;
    return [literal, { distance, length }];
  });
});

/** The decompressed bytes of the elements. */
export function expand(elements: readonly Element[]): Buffer {
  const bytes: number[] = [];
  for (const element of elements) {
    if ('literals' in element) bytes.push(...element.literals);
    else for (let i = 0; i < element.length; i++) bytes.push(bytes[bytes.length - element.distance]!);
  }
  return Buffer.from(bytes);
}
