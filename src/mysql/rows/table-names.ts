/** Tables of the shop's that payments need. */
export const SHOP_TABLES: readonly string[] = [
  ...["b_sale_order", "b_sale_order_payment", "b_sale_pay_system_action", "b_sale_bizval"],
];

/** What a save of an order writes. The last two are seen by a user who may read them, which payments do not need. */
export const ORDER_TABLES: readonly string[] = [
  ...["b_sale_order", "b_sale_order_payment", "b_sale_order_change", "b_event"],
];

/** Tables of the shop's that only checks of the set-up look at. */
export const SETUP_TABLES: readonly string[] = [
  ...["b_catalog_currency", "b_catalog_currency_lang", "b_language", "b_sale_service_rstr"],
];

/** All of ours, in the order of the migrations that make them. */
export const OWN_TABLES: readonly string[] = [
  ...["clickbridge_instance", "clickbridge_service", "clickbridge_payment", "clickbridge_attempt"],
  ...["clickbridge_order_update", "clickbridge_anomaly", "clickbridge_anomaly_decision", "clickbridge_event"],
  ...["clickbridge_event_log", "clickbridge_invoice", "clickbridge_charge", "clickbridge_refund", "clickbridge_fiscal"],
  ...["clickbridge_fiscal_receipt", "clickbridge_status_poll", "clickbridge_lease", "clickbridge_checkout_key"],
  ...["clickbridge_certification", "clickbridge_restore", "clickbridge_ledger"],
];

/** Of ours. No user of the database needs to change or remove a row of them. */
export const APPEND_ONLY_TABLES: readonly string[] = ["clickbridge_ledger"];
