import { type Context, ROOT_CONTEXT } from '@opentelemetry/api';

// Twice as deep as contexts get by handling a message: a program that sets one value again and again must not keep them all.
const deepest = 16;

/**
 * A context that is a list of values, the last one first. Handling a message takes half a dozen contexts, each with a value more;
 * the API's own copy a map and make three functions for each, which costs ten times as much.
 */
class LayeredContext implements Context {
  readonly #below: LayeredContext | undefined;
  readonly #key: symbol | undefined;
  readonly #value: unknown;
  readonly #depth: number;

  constructor(below: LayeredContext | undefined, key: symbol | undefined, value: unknown) {
    this.#below = below;
    this.#key = key;
    this.#value = value;
    this.#depth = below === undefined ? 0 : below.#depth + 1;
  }

  getValue(key: symbol): unknown {
    return LayeredContext.#last(this, key);
  }

  setValue(key: symbol, value: unknown): Context {
    return this.#depth < deepest ? new LayeredContext(this, key, value) : this.#flat().setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return this.setValue(key, undefined);
  }

  static #last(from: LayeredContext, key: symbol): unknown {
    let layer: LayeredContext | undefined = from;
    while (layer !== undefined && layer.#key !== key) layer = layer.#below;
    return layer === undefined ? undefined : layer.#value;
  }

  /** The same values in one of the API's own, which holds each key once. */
  #flat(): Context {
    const below = this.#below === undefined ? ROOT_CONTEXT : this.#below.#flat();
    return this.#key === undefined ? below : below.setValue(this.#key, this.#value);
  }
}

/** As `ROOT_CONTEXT`, without values; those made from it are cheap. */
export const emptyContext: Context = new LayeredContext(undefined, undefined, undefined);
