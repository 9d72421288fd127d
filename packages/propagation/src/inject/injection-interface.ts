/** The headers of one trace context, ready to be written into any number of messages. */
export interface Injection {
  /**
   * A new headers object of the same shape as `headers` (record, `Map`, array of pairs or of single-key objects; a record
   * when absent), with every variant of every known trace header replaced by this context's. `headers` is never changed.
   */
  into<H>(headers: H): H;
}
