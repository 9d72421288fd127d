/** Why the service did not do what was asked, each with the HTTP status that says so. */
const statusOfCode = {
  order_not_found: 404,
  database_unavailable: 503,
} as const;

/** One of the reasons in {@link statusOfCode}. */
export type OrdersErrorCode = keyof typeof statusOfCode;

/** The one error that this service throws by itself. */
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
