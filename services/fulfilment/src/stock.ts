/** What one reservation left in stock. */
export interface Reservation {
  readonly sku: string;
  readonly quantity: number;
  /** The remaining quantity of the article. */
  readonly left: number;
}

const lot = 10_000;
const remembered = 10_000;

/**
 * The warehouse's stock, in memory: each article is bought in lots of 10 000, whenever there is too little of it.
 * A second reservation for an order changes nothing, as Kafka may deliver an order twice; the last 10 000 orders are
 * remembered for that.
 */
export class Stock {
  readonly #left = new Map<string, number>();
  readonly #reservations = new Map<string, Reservation>();

  reserve(orderId: string, sku: string, quantity: number): Reservation {
    const known = this.#reservations.get(orderId);
    if (known !== undefined) return known;
    const before = this.#left.get(sku) ?? lot;
    const lots = Math.max(0, Math.ceil((quantity - before) / lot));
    const left = before + lots * lot - quantity;
    this.#left.set(sku, left);
    const reservation = { sku, quantity, left };
    this.#reservations.set(orderId, reservation);
    const [oldest] = this.#reservations.keys();
    if (this.#reservations.size > remembered && oldest !== undefined) this.#reservations.delete(oldest);
    return reservation;
  }
}
