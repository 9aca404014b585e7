import type {
  ClickApi,
  ClickPaymentStatus,
  ClickReply,
  MerchantAccount,
  Refused,
} from "../../../src/app/click/click-api.ts";
import { Secret } from "../../../src/protocol/secret.ts";
import { newClickId } from "./click.ts";

/** The calls that cards, Click Pass and receipts make. */
type Calls = Pick<
  ClickApi,
  | "requestCardToken"
  | "verifyCardToken"
  | "chargeCardToken"
  | "deleteCardToken"
  | "chargeClickPass"
  | "confirmClickPass"
  | "setConfirmationMode"
  | "paymentStatus"
  | "submitFiscalItems"
  | "submitFiscalQrCode"
  | "fiscalData"
>;
export type CallName = keyof Calls;

/** One call: its name, the service, and what it was given, with secrets revealed. */
export interface FakeCall {
  readonly name: CallName;
  readonly serviceId: string;
  readonly given: readonly unknown[];
}

type Answer<Name extends CallName> = Awaited<ReturnType<Calls[Name]>>;

/** The use cases' Click without a wire: answers what it is told, and remembers what it was asked. */
export interface FakeClick {
  readonly api: Calls;
  readonly calls: readonly FakeCall[];
  /** The next answers to a call, until `reset`. */
  answer<Name extends CallName>(name: Name, answer: () => Answer<Name> | Promise<Answer<Name>>): void;
  reset(): void;
}

export const UNKNOWN = { kind: "UNKNOWN" } as const;

export function refused(refusal: Refused["refusal"], clickErrorCode: number, clickErrorNote = "no"): Refused {
  return { kind: "REFUSED", refusal, clickErrorCode, clickErrorNote };
}

export const CARD_TOKEN = "3B1DF3F1-7358-407C-B57F-0F6351310803";

/** A charge that reached Click. */
export function charged(status: ClickPaymentStatus, clickPaymentId = newClickId()) {
  return { kind: "DONE", clickPaymentId, status } as const;
}

/** The same by Click Pass. */
export function passCharged(status: ClickPaymentStatus, mustConfirm: boolean, clickPaymentId = newClickId()) {
  return {
    ...charged(status, clickPaymentId),
    mustConfirm,
    cardType: "PRIVATE",
    processing: "HUMO",
    maskedCardNumber: "9860 31** **** 3893",
    maskedPhone: "99890***67",
  } as const;
}

const done = () => ({ kind: "DONE" }) as const;

/** What Click says when all goes well. */
const USUAL: { readonly [Name in CallName]: () => Answer<Name> } = {
  requestCardToken: () => ({
    kind: "DONE",
    cardToken: new Secret(CARD_TOKEN),
    maskedPhone: "99890***67",
    temporary: false,
  }),
  verifyCardToken: () => ({ kind: "DONE", maskedCardNumber: "8600 31** **** 3893" }),
  chargeCardToken: () => charged("PAID"),
  deleteCardToken: done,
  chargeClickPass: () => passCharged("PAID", false),
  confirmClickPass: done,
  setConfirmationMode: done,
  paymentStatus: () => ({ kind: "DONE", status: "PAID" }),
  submitFiscalItems: done,
  submitFiscalQrCode: done,
  fiscalData: () => ({ kind: "DONE", qrCodeUrl: undefined }),
};

export function fakeClick(): FakeClick {
  let calls: FakeCall[] = [];
  let answers = new Map<CallName, () => ClickReply | Promise<ClickReply>>();
  const call =
    (name: CallName) =>
    async (account: MerchantAccount, ...given: readonly unknown[]): Promise<unknown> => {
      calls.push({ name, serviceId: account.serviceId, given: given.map(revealed) });
      return answers.get(name)?.() ?? USUAL[name]();
    };
  const names = Object.keys(USUAL) as CallName[];
  return {
    api: Object.fromEntries(names.map((name) => [name, call(name)])) as unknown as Calls,
    get calls() {
      return calls;
    },
    answer: (name, answer) => void answers.set(name, answer as () => ClickReply),
    reset: () => {
      calls = [];
      answers = new Map();
    },
  };
}

function revealed(value: unknown): unknown {
  if (value instanceof Secret) return value.reveal();
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revealed(inner)]));
}
