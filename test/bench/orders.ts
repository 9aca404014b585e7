import type { Shop } from "../support/shop/shop.ts";

const ROWS_A_STATEMENT = 500;

/** One unpaid order of one payment; the number is what Click is told. */
export interface BenchOrder {
  readonly number: string;
}

export const ORDER_AMOUNT = "1000.00";

/** Gives orders that nobody has used: every callback of the benchmark is the first of its kind. */
export class OrderStock {
  readonly #shop: Shop;
  #made = 0;

  constructor(shop: Shop) {
    this.#shop = shop;
  }

  async take(count: number): Promise<readonly BenchOrder[]> {
    const numbers = Array.from({ length: count }, (_, index) => `B-${this.#made + index + 1}`);
    this.#made += count;
    for (let from = 0; from < count; from += ROWS_A_STATEMENT)
      await this.#insert(numbers.slice(from, from + ROWS_A_STATEMENT));
    return numbers.map((number) => ({ number }));
  }

  async #insert(numbers: readonly string[]): Promise<void> {
    await this.#shop.query("INSERT INTO b_sale_order (ACCOUNT_NUMBER, CURRENCY, PERSON_TYPE_ID, PRICE) VALUES ?", [
      numbers.map((number) => [number, "UZS", 1, ORDER_AMOUNT]),
    ]);
    await this.#shop.query(
      `INSERT INTO b_sale_order_payment (ORDER_ID, ACCOUNT_NUMBER, PAY_SYSTEM_ID, SUM, CURRENCY)
       SELECT ID, CONCAT(ACCOUNT_NUMBER, '/1'), ?, PRICE, CURRENCY FROM b_sale_order WHERE ACCOUNT_NUMBER IN (?)`,
      [this.#shop.paySystemId, numbers],
    );
  }
}
