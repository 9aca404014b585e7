/** The allowed values of a behaviour. */
export interface Rule<T> {
  readonly initial: T;
  readonly accepts: (value: unknown) => value is T;
  readonly says: string;
}

/** One of a few values; the first is the default. */
export function oneOf<const T extends string>(...values: readonly [T, ...T[]]): Rule<T> {
  const known = (value: unknown): value is T => values.some((each) => each === value);
  return { initial: values[0], accepts: known, says: `one of ${values.join(", ")}` };
}

export function integer(range: { readonly from: number; readonly to: number; readonly initial: number }): Rule<number> {
  const { from, to, initial } = range;
  const inRange = (value: unknown): value is number =>
    Number.isInteger(value) && Number(value) >= from && Number(value) <= to;
  return { initial, accepts: inRange, says: `a whole number from ${from} to ${to}` };
}

export function flag(initial: boolean): Rule<boolean> {
  return { initial, accepts: (value) => typeof value === "boolean", says: "true or false" };
}
