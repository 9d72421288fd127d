/** The service's error codes, each with its HTTP status. */
const statusOfCode = {
  order_not_found: 404,
  database_unavailable: 503,
} as const;

/** A code of {@link statusOfCode}. */
export type OrdersErrorCode = keyof typeof statusOfCode;

/** The only error that this service throws itself. */
export class OrdersError extends Error {
  override readonly name = 'OrdersError';
  readonly code: OrdersErrorCode;

  constructor(code: OrdersErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** The HTTP status of this error. */
  get statusCode(): number {
    return statusOfCode[this.code];
  }
}
