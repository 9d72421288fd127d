import type { Pool, PoolClient } from 'pg';
import { databaseQuery, type Query } from '../database/database-query.ts';
import { databaseTransaction, type Transaction } from '../database/database-transaction.ts';
import type { Order, OrderStatus } from './order.ts';

interface OrderRow {
  readonly order_id: string;
  readonly sku: string;
  readonly quantity: number;
  readonly status: OrderStatus;
  readonly placed_at: Date;
}

/** The orders in Postgres. Its methods reject as {@link databaseQuery} and {@link databaseTransaction} do. */
export class OrderStore {
  readonly #query: Query;
  readonly #transaction: Transaction;

  constructor(pool: Pool) {
    this.#query = databaseQuery(pool);
    this.#transaction = databaseTransaction(pool);
  }

  /** Creates the table when it is missing. */
  async prepare(): Promise<void> {
    await this.#query(`CREATE TABLE IF NOT EXISTS orders (
      order_id uuid PRIMARY KEY,
      sku text NOT NULL,
      quantity integer NOT NULL,
      status text NOT NULL,
      placed_at timestamptz NOT NULL
    )`);
  }

  /**
   * Stores an order, and in the same transaction what `alongside` writes: both or neither. When the database does
   * not answer the commit, it is not known which.
   */
  async insert(
    { orderId, sku, quantity, status, placedAt }: Order,
    alongside: (client: PoolClient) => Promise<void> = async () => {},
  ): Promise<void> {
    await this.#transaction(async (client) => {
      await client.query('INSERT INTO orders (order_id, sku, quantity, status, placed_at) VALUES ($1, $2, $3, $4, $5)', [
        orderId,
        sku,
        quantity,
        status,
        placedAt,
      ]);
      await alongside(client);
    });
  }

  async find(orderId: string): Promise<Order | undefined> {
    const { rows } = await this.#query('SELECT order_id, sku, quantity, status, placed_at FROM orders WHERE order_id = $1', [orderId]);
    const [row] = rows as OrderRow[];
    if (row === undefined) return undefined;
    return { orderId: row.order_id, sku: row.sku, quantity: row.quantity, status: row.status, placedAt: row.placed_at.toISOString() };
  }

  /**
   * Marks an order as shipped, unless it is already.
   *
   * @returns whether this call marked it: a message that is delivered twice ships once
   */
  async ship(orderId: string): Promise<boolean> {
    const { rowCount } = await this.#query("UPDATE orders SET status = 'shipped' WHERE order_id = $1 AND status = 'placed'", [orderId]);
    return rowCount === 1;
  }

  /** Resolves when the database answers. */
  async ping(): Promise<void> {
    await this.#query('SELECT 1');
  }
}
