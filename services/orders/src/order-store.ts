import type { Pool } from 'pg';
import { databaseQuery, type Query } from './database-query.ts';
import type { Order, OrderStatus } from './order.ts';

interface OrderRow {
  readonly order_id: string;
  readonly sku: string;
  readonly quantity: number;
  readonly status: OrderStatus;
  readonly placed_at: Date;
}

/** The orders in Postgres. Its methods reject as {@link databaseQuery} does. */
export class OrderStore {
  readonly #query: Query;

  constructor(pool: Pool) {
    this.#query = databaseQuery(pool);
  }

  /** Creates the table where it is not there yet. */
  async prepare(): Promise<void> {
    await this.#query(`CREATE TABLE IF NOT EXISTS orders (
      order_id uuid PRIMARY KEY,
      sku text NOT NULL,
      quantity integer NOT NULL,
      status text NOT NULL,
      placed_at timestamptz NOT NULL
    )`);
  }

  async insert({ orderId, sku, quantity, status, placedAt }: Order): Promise<void> {
    await this.#query('INSERT INTO orders (order_id, sku, quantity, status, placed_at) VALUES ($1, $2, $3, $4, $5)', [
      orderId,
      sku,
      quantity,
      status,
      placedAt,
    ]);
  }

  async find(orderId: string): Promise<Order | undefined> {
    const { rows } = await this.#query('SELECT order_id, sku, quantity, status, placed_at FROM orders WHERE order_id = $1', [orderId]);
    const [row] = rows as OrderRow[];
    if (row === undefined) return undefined;
    return { orderId: row.order_id, sku: row.sku, quantity: row.quantity, status: row.status, placedAt: row.placed_at.toISOString() };
  }

  /**
   * Moves an order on, unless it is already there or somebody else moved it first.
   *
   * @returns whether this call was the one that moved it: a message that comes twice moves it once
   */
  async move(orderId: string, from: readonly OrderStatus[], to: OrderStatus): Promise<boolean> {
    const { rowCount } = await this.#query('UPDATE orders SET status = $3 WHERE order_id = $1 AND status = ANY($2::text[])', [
      orderId,
      from,
      to,
    ]);
    return rowCount === 1;
  }

  /** Resolves when the database answers. */
  async ping(): Promise<void> {
    await this.#query('SELECT 1');
  }
}
