const NAMES_A_STATEMENT = 500;

/** So many in one list of a statement and no more. */
export function batches<T>(all: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / NAMES_A_STATEMENT) }, (_, index) =>
    all.slice(index * NAMES_A_STATEMENT, (index + 1) * NAMES_A_STATEMENT),
  );
}
