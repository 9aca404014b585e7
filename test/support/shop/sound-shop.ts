import { randomBytes } from "node:crypto";
import { DEMO_ACCOUNT } from "../../../src/simulator/account.ts";
import { type Simulator, startSimulator } from "../../../src/simulator/start.ts";
import { type FormModule, startFormModule } from "../click/form-module.ts";
import { startTestService, type TestService } from "../service/service.ts";
import { createShop, SERVICE, type Shop } from "./shop.ts";

/** Rights of a database user as an admin would give them to the service: no more than it needs. */
const READ_TABLES = [
  ...["b_sale_order", "b_sale_order_payment", "b_sale_pay_system_action", "b_sale_bizval", "b_catalog_currency"],
  ...["b_catalog_currency_lang", "b_language", "b_sale_service_rstr"],
];

/** A shop in which a check of the set-up finds no fault, with a module, and a stand-in for Click. */
export interface SoundShop {
  readonly shop: Shop;
  readonly service: TestService;
  readonly module: FormModule;
  readonly simulator: Simulator;
  /** The service's own way into the database, and what makes and ends the user's rights. */
  readonly databaseUrl: string;
  readonly databaseUser: string;
  stop(): Promise<void>;
}

export async function startSoundShop(): Promise<SoundShop> {
  const shop = await createShop();
  await fillIn(shop);
  const databaseUser = `clickbridge_${randomBytes(6).toString("hex")}`;
  await createUser(shop, databaseUser);
  const url = new URL(shop.url);
  url.username = databaseUser;
  url.password = "secret-of-the-user";
  const simulator = await startSimulator({ accounts: [{ ...DEMO_ACCOUNT, ...SERVICE }], shop: undefined });
  const service = await startTestService({
    databaseUrl: url.href,
    env: { CLICKBRIDGE_CLICK_API_URL: `${simulator.url}/v2/merchant/`, CLICKBRIDGE_RECONCILE_REQUESTS_PER_MINUTE: "0" },
  });
  const module = await startFormModule(service);
  return {
    ...{ shop, service, module, simulator, databaseUser, databaseUrl: url.href },
    stop: async () => {
      await module.stop();
      await service.stop();
      await simulator.stop();
      await shop.query(`DROP USER \`${databaseUser}\`@\`%\``);
      await shop.stop();
    },
  };
}

async function fillIn(shop: Shop): Promise<void> {
  await shop.query("INSERT INTO b_language (LID, NAME) VALUES ('ru', 'Русский'), ('uz', 'O‘zbekcha')");
  await shop.query(
    `INSERT INTO b_catalog_currency (CURRENCY, AMOUNT_CNT, AMOUNT, BASE, NUMCODE, CURRENT_BASE_RATE)
     VALUES ('UZS', 1, 1, 'Y', '860', 1)`,
  );
  await shop.query(
    "INSERT INTO b_catalog_currency_lang (CURRENCY, LID, FORMAT_STRING) VALUES ('UZS', 'ru', '# сум'), ('UZS', 'uz', '# so‘m')",
  );
  await shop.query(
    "INSERT INTO b_sale_service_rstr (SERVICE_ID, SERVICE_TYPE, CLASS_NAME, PARAMS) VALUES (?, 1, ?, ?)",
    [
      shop.paySystemId,
      "\\Bitrix\\Sale\\Services\\PaySystem\\Restrictions\\Currency",
      'a:1:{s:8:"CURRENCY";a:1:{i:0;s:3:"UZS";}}',
    ],
  );
}

async function createUser(shop: Shop, user: string): Promise<void> {
  const { name } = shop.database;
  await shop.query(`CREATE USER \`${user}\`@\`%\` IDENTIFIED BY 'secret-of-the-user'`);
  const grant = (rights: string, table: string) =>
    shop.query(`GRANT ${rights} ON \`${name}\`.\`${table}\` TO \`${user}\`@\`%\``);
  for (const table of READ_TABLES) await grant("SELECT", table);
  const own = await shop.query("SHOW TABLES LIKE 'clickbridge\\_%'");
  for (const row of own) await grant("SELECT, INSERT, UPDATE, DELETE", String(Object.values(row)[0]));
}
