import { BrandedError } from '@tracelink/context/internal';

/**
 * Why {@link PropagationError} was thrown:
 * - `unknown_option`: an option that does not exist, most often a misspelt one
 * - `invalid_formats`: `inject` or `extract` is empty, repeats itself, or names a format that cannot stand there
 * - `invalid_option`: another option has a value that it cannot have
 */
export type PropagationErrorCode = 'unknown_option' | 'invalid_formats' | 'invalid_option';

/** Thrown by `kafkaPropagation` for options that make no sense; nothing throws later, when messages flow. */
export class PropagationError extends BrandedError<PropagationErrorCode> {
  protected static override readonly brand: symbol = Symbol.for('@tracelink/propagation.PropagationError');
  override readonly name = 'PropagationError';
}
