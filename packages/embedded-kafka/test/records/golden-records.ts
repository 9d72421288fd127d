import { readFileSync } from 'node:fs';

/** The records of the batches in `fixtures/`, generated as there. */
export const golden = {
  orders: Buffer.from(Array.from({ length: 4_000 }, (_, i) => `{"orderId":${i},"status":"placed"}\n`).join('')),
  noise: noise(4_000),
  zeros: Buffer.alloc(70_000),
} as const;

export function fixture(name: string): Buffer {
  return readFileSync(new URL(`fixtures/${name}`, import.meta.url));
}

/** Incompressible bytes, from a linear congruential generator. */
function noise(length: number): Buffer {
  let state = 1;
  return Buffer.from(
    Array.from({ length }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
      return (state >>> 16) & 255;
    }),
  );
}
