import { credentials, Server, ServerCredentials } from "@grpc/grpc-js";
import { createPool, type Pool } from "mysql2/promise";
import { type CallbackServiceServer, CallbackServiceService } from "../../src/gen/clickbridge/v1/callback_service.ts";
import { clickOver, newClickId } from "../support/click/click.ts";
import { type Clients, connect } from "../support/service/service.ts";
import { type Load, type LoadOptions, runLoad } from "./load.ts";
import { ORDER_AMOUNT, type OrderStock } from "./orders.ts";

/** A Prepare and its Complete, as the module sends them: what a purchase costs the service. */
export async function grpcPairs(address: string, stock: OrderStock, options: LoadOptions): Promise<Load> {
  const orders = await stock.take(options.count);
  return withClients(address, async (clients) => {
    const click = clickOver(clients);
    return runLoad(options, async (index) => {
      const merchantTransId = orders[index]?.number ?? "";
      const clickTransId = newClickId();
      const prepare = await click.prepare({ merchantTransId, clickTransId, amount: ORDER_AMOUNT });
      const complete = await click.complete({
        merchantTransId,
        clickTransId,
        amount: ORDER_AMOUNT,
        merchantPrepareId: String(prepare.merchantPrepareId),
      });
      if (complete.error !== 0) throw new Error(`Complete of ${merchantTransId}: ${complete.errorNote}`);
    });
  });
}

const FLOOR_TABLE = `CREATE TABLE IF NOT EXISTS bench_floor (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY, reference varchar(32) NOT NULL, amount_tiyin bigint NOT NULL) ENGINE=InnoDB`;

/** The least that a pair could be: twice a read by key and a durable insert, with nothing of ours around them. */
export async function sqlFloor(databaseUrl: string, options: LoadOptions): Promise<Load> {
  const pool = createPool({ uri: databaseUrl, connectionLimit: options.inFlight });
  try {
    await pool.query(FLOOR_TABLE);
    return await runLoad(options, async (index) => {
      await readAndCommit(pool, index);
      await readAndCommit(pool, index);
    });
  } finally {
    await pool.end();
  }
}

async function readAndCommit(pool: Pool, index: number): Promise<void> {
  const connection = await pool.getConnection();
  await connection.query("SELECT SUM FROM b_sale_order_payment WHERE ID = ?", [index + 1]);
  await connection.query("INSERT INTO bench_floor (reference, amount_tiyin) VALUES (?, ?)", [`B-${index}`, 100_000]);
  connection.release();
}

/** What grpc-js alone takes for the same two calls with the same messages. */
export async function grpcEcho(options: LoadOptions): Promise<Load> {
  const server = new Server();
  const jsonBody = JSON.stringify({
    click_trans_id: 3_000_000_001,
    merchant_trans_id: "B-1",
    merchant_prepare_id: 1,
    error: 0,
  });
  const answer = { jsonBody, error: 0, errorNote: "Success", merchantPrepareId: 1 };
  const implementation: CallbackServiceServer = {
    prepare: (_call, reply) => reply(null, answer),
    complete: (_call, reply) => reply(null, { ...answer, merchantConfirmId: 1 }),
    answerCallback: (_call, reply) => reply(null, answer),
  };
  server.addService(CallbackServiceService, implementation);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    ),
  );
  try {
    return await withClients(`127.0.0.1:${port}`, (clients) => {
      const click = clickOver(clients);
      return runLoad(options, async () => {
        await click.prepare({ merchantTransId: "B-1" });
        await click.complete({ merchantTransId: "B-1", merchantPrepareId: "1" });
      });
    });
  } finally {
    server.forceShutdown();
  }
}

async function withClients(target: string, work: (clients: Clients) => Promise<Load>): Promise<Load> {
  const clients = connect(target, credentials.createInsecure());
  try {
    return await work(clients);
  } finally {
    for (const client of Object.values(clients)) client.close();
  }
}
