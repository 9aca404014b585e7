import type { Step, Suite, SuiteName } from "./step.ts";

/** The two lists of click-protocol.md 4.2, as we describe them. They agree from step 9 on. */

const LATER: Pick<Suite["steps"], "bind" | "cancel"> = {
  bind: [
    { number: 9, title: "Prepare of the second payment", call: "Prepare", expected: 0 },
    {
      number: 10,
      title: "Complete, unknown prepare id",
      call: "Complete",
      expected: -6,
      unknownPrepareId: true,
    },
    { number: 11, title: "Complete of the second payment", call: "Complete", expected: 0 },
  ],
  cancel: [
    { number: 12, title: "Prepare of the third payment", call: "Prepare", expected: 0 },
    { number: 13, title: "Cancel", call: "Complete", expected: -9, error: -5017 },
    { number: 14, title: "Cancel again", call: "Complete", expected: -9, error: -5017 },
    { number: 15, title: "Confirm the cancelled payment", call: "Complete", expected: -9 },
  ],
};

const BAD_PREPARE = {
  title: "Prepare with a bad signature",
  call: "Prepare",
  expected: -1,
  badSignature: true,
} as const;
const GOOD_PREPARE = { title: "Prepare", call: "Prepare", expected: 0 } as const;
const UNKNOWN = { title: "Prepare of an unknown order", call: "Prepare", expected: -5, unknownOrder: true } as const;
const BAD_COMPLETE = {
  title: "Complete with a bad signature",
  call: "Complete",
  expected: -1,
  badSignature: true,
} as const;
const WRONG_SUM = { title: "Complete with a wrong sum", call: "Complete", expected: -2, wrongAmount: true } as const;
const GOOD_COMPLETE = { title: "Complete", call: "Complete", expected: 0 } as const;
const REPEATED = { title: "Complete again", call: "Complete", expected: -4 } as const;
const CANCEL_PAID = { title: "Cancel the paid payment", call: "Complete" } as const;

const TOOL: Suite = {
  name: "tool",
  title: "CLICK-API tool",
  keepsClickTransId: false,
  keepsClickPaydocId: true,
  emptyPrepareIdInPrepare: true,
  errorNote: "Ok",
  steps: {
    pay: numbered([
      BAD_PREPARE,
      GOOD_PREPARE,
      BAD_COMPLETE,
      WRONG_SUM,
      GOOD_COMPLETE,
      REPEATED,
      { ...CANCEL_PAID, expected: -4, error: -1 },
      UNKNOWN,
    ]),
    ...LATER,
  },
};

const POSTMAN: Suite = {
  name: "postman",
  title: "Postman collection",
  keepsClickTransId: true,
  keepsClickPaydocId: false,
  emptyPrepareIdInPrepare: false,
  errorNote: "Success",
  steps: {
    pay: numbered([
      BAD_PREPARE,
      UNKNOWN,
      GOOD_PREPARE,
      BAD_COMPLETE,
      WRONG_SUM,
      GOOD_COMPLETE,
      REPEATED,
      { ...CANCEL_PAID, expected: -9, error: -5017 },
    ]),
    ...LATER,
  },
};

export const SUITES: Readonly<Record<SuiteName, Suite>> = { tool: TOOL, postman: POSTMAN };

function numbered(steps: readonly Omit<Step, "number">[]): readonly Step[] {
  return steps.map((step, index) => ({ number: index + 1, ...step }));
}
