/** Shop tables that payments need. */
export const SHOP_TABLES: readonly string[] = [
  ...["b_sale_order", "b_sale_order_payment", "b_sale_pay_system_action", "b_sale_bizval"],
];

/** Tables that a save of an order writes. The last two are visible only to a user who may read them, which payments do not need. */
export const ORDER_TABLES: readonly string[] = [
  ...["b_sale_order", "b_sale_order_payment", "b_sale_order_change", "b_event"],
];

/** Shop tables that only the setup checks read. */
export const SETUP_TABLES: readonly string[] = [
  ...["b_catalog_currency", "b_catalog_currency_lang", "b_language", "b_sale_service_rstr"],
];

/** All our tables, in the order of their migrations. */
export const OWN_TABLES: readonly string[] = [
  ...["clickbridge_instance", "clickbridge_service", "clickbridge_payment", "clickbridge_attempt"],
  ...["clickbridge_order_update", "clickbridge_anomaly", "clickbridge_anomaly_decision", "clickbridge_event"],
  ...["clickbridge_event_log", "clickbridge_invoice", "clickbridge_charge", "clickbridge_refund", "clickbridge_fiscal"],
  ...["clickbridge_fiscal_receipt", "clickbridge_status_poll", "clickbridge_lease", "clickbridge_checkout_key"],
  ...["clickbridge_certification", "clickbridge_restore", "clickbridge_ledger", "clickbridge_refund_token"],
  "clickbridge_statement_layout",
];

/** Our append-only tables: no database user needs to change or delete rows. */
export const APPEND_ONLY_TABLES: readonly string[] = ["clickbridge_ledger"];
