import { type Context, ROOT_CONTEXT } from '@opentelemetry/api';

// Twice as deep as contexts get by handling a message: a program that sets one value again and again must not keep them all.
const deepest = 16;

/**
 * A context that is a list of values, the last one first. Handling a message takes half a dozen contexts, each with a value more;
 * the API's own copy a map and make three functions for each, which costs ten times as much.
 */
class LayeredContext implements Context {
  /** A layer below, or in the lowest layer another kind of context, if there is one. */
  readonly #below: LayeredContext | undefined;
  readonly #ground: Context | undefined;
  readonly #key: symbol | undefined;
  readonly #value: unknown;
  readonly #depth: number;

  constructor(ground: Context | undefined, below: LayeredContext | undefined, key: symbol | undefined, value: unknown) {
    this.#ground = ground;
    this.#below = below;
    this.#key = key;
    this.#value = value;
    this.#depth = below === undefined ? 0 : below.#depth + 1;
  }

  getValue(key: symbol): unknown {
    return LayeredContext.#last(this, key);
  }

  setValue(key: symbol, value: unknown): Context {
    // A layer without a value is none to look through.
    if (this.#key === undefined) return new LayeredContext(this.#ground, undefined, key, value);
    return this.#depth < deepest ? new LayeredContext(this.#ground, this, key, value) : this.#flat().setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return this.setValue(key, undefined);
  }

  /** `context` itself where it is one of these already. */
  static on(context: Context): Context {
    return #depth in context ? context : new LayeredContext(context, undefined, undefined, undefined);
  }

  static #last(from: LayeredContext, key: symbol): unknown {
    let layer: LayeredContext | undefined = from;
    while (layer !== undefined && layer.#key !== key) layer = layer.#below;
    return layer === undefined ? from.#ground?.getValue(key) : layer.#value;
  }

  /** The same values in one of the API's own, which holds each key once. */
  #flat(): Context {
    const below = this.#below === undefined ? (this.#ground ?? ROOT_CONTEXT) : this.#below.#flat();
    return this.#key === undefined ? below : below.setValue(this.#key, this.#value);
  }
}

/** As `ROOT_CONTEXT`, without values; those made from it are cheap. */
export const emptyContext: Context = new LayeredContext(undefined, undefined, undefined, undefined);

/** A context with the values of `context`; those made from it are cheap. */
export function layeredOn(context: Context): Context {
  return context === ROOT_CONTEXT ? emptyContext : LayeredContext.on(context);
}
