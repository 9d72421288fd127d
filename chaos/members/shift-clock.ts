// Preloaded into a member whose clock is wrong: its `Date` is ahead by the milliseconds in this module's URL.
const shift = Number(new URL(import.meta.url).search.slice(1));
const RealDate = Date;

globalThis.Date = class extends RealDate {
  constructor(...args: ConstructorParameters<typeof Date> | []) {
    if (args.length === 0) super(RealDate.now() + shift);
    else super(...(args as ConstructorParameters<typeof Date>));
  }
  static override now(): number {
    return RealDate.now() + shift;
  }
} as DateConstructor;
