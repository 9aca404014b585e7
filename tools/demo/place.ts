import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Where the demo keeps its database between starts. Tests give another, so that they meet no demo that runs. */
export const FOLDER = process.env["CLICKBRIDGE_DEMO_FOLDER"] ?? join(ROOT, "var/demo");

/** Its tables' own database, whatever server it lies in: nobody's shop has this name. */
export const DATABASE = process.env["CLICKBRIDGE_DEMO_DATABASE"] ?? "clickbridge_demo";

/** Tells other tools where everything is, while the demo runs. */
export const PLACES_FILE = `${FOLDER}.json`;

/** What `var/demo.json` says. */
export interface Places {
  readonly shop_url: string;
  readonly prepare_url: string;
  readonly complete_url: string;
  readonly simulator_url: string;
  /** What steers the stand-in. */
  readonly simulator_token: string;
  readonly service_id: string;
  readonly merchant_id: string;
  readonly merchant_user_id: string;
  readonly secret_key: string;
  readonly grpc_address: string;
  /** The same in JSON over HTTP/1.1. */
  readonly json_url: string;
  readonly grpc_token: string;
  readonly database_url: string;
  readonly pay_system_id: number;
}
