import type { Server } from "@grpc/grpc-js";
import type { HealthImplementation } from "grpc-health-check";
import type { OrderUpdateDeps } from "../../app/orders/order-updates.ts";
import { CallbackServiceService } from "../../gen/clickbridge/v1/callback_service.ts";
import { CardServiceService } from "../../gen/clickbridge/v1/card_service.ts";
import { CheckoutServiceService } from "../../gen/clickbridge/v1/checkout_service.ts";
import { FiscalServiceService } from "../../gen/clickbridge/v1/fiscal_service.ts";
import { LedgerServiceService } from "../../gen/clickbridge/v1/ledger_service.ts";
import { OrderUpdateServiceService } from "../../gen/clickbridge/v1/order_update_service.ts";
import { PassServiceService } from "../../gen/clickbridge/v1/pass_service.ts";
import { PaymentServiceService } from "../../gen/clickbridge/v1/payment_service.ts";
import { ServerServiceService } from "../../gen/clickbridge/v1/server_service.ts";
import { SetupServiceService } from "../../gen/clickbridge/v1/setup_service.ts";
import { withRefusals } from "../server/read-request.ts";
import { addReflection } from "../server/reflection.ts";
import { serverStream } from "../server/server-stream.ts";
import { type Gate, unary } from "../server/unary.ts";
import { type CallbackServiceDeps, callbackService } from "./callback-service.ts";
import { type CardServiceDeps, cardService } from "./card-service.ts";
import { type CheckoutServiceDeps, checkoutService } from "./checkout-service.ts";
import { type FiscalServiceDeps, fiscalService } from "./fiscal-service.ts";
import { type LedgerServiceDeps, ledgerService } from "./ledger-service.ts";
import { orderUpdateService } from "./order-update-service.ts";
import { type PassServiceDeps, passService } from "./pass-service.ts";
import { type PaymentServiceDeps, paymentService } from "./payment-service.ts";
import { serverService } from "./server-service.ts";
import { type SetupServiceDeps, setupService } from "./setup-service.ts";

export type ServicesDeps = CallbackServiceDeps &
  CheckoutServiceDeps &
  OrderUpdateDeps &
  PaymentServiceDeps &
  LedgerServiceDeps &
  CardServiceDeps &
  PassServiceDeps &
  FiscalServiceDeps &
  SetupServiceDeps;

/** Adds every service of the contract, each handler with the gate. Health and reflection need no token. */
export function addServices(
  server: Server,
  gate: Gate,
  deps: ServicesDeps,
  extras: { readonly health: HealthImplementation; readonly reflection: boolean },
): void {
  const guard = unary(gate);
  const add: Server["addService"] = (definition, handlers) => server.addService(withRefusals(definition), handlers);
  add(CallbackServiceService, callbackService(guard, deps));
  add(OrderUpdateServiceService, orderUpdateService(guard, deps));
  add(CheckoutServiceService, checkoutService(guard, deps));
  add(PaymentServiceService, paymentService(guard, serverStream(gate), deps));
  add(LedgerServiceService, ledgerService(guard, deps));
  add(CardServiceService, cardService(guard, deps));
  add(PassServiceService, passService(guard, deps));
  add(FiscalServiceService, fiscalService(guard, deps));
  add(SetupServiceService, setupService(guard, deps));
  add(ServerServiceService, serverService(guard));
  extras.health.addToServer(server);
  if (extras.reflection) addReflection(server);
}
