/** Collects what stands in some elements of another: the texts of a cell, one by one. */
export function textsOf(wholes: readonly string[], parts: readonly string[]) {
  let value = "";
  let isText = false;
  let isPronounced = false;
  return {
    open: (name: string): void => {
      if (wholes.includes(name)) value = "";
      // How a word is pronounced, in Japanese, is no part of it.
      if (name === "rPh") isPronounced = true;
      isText = parts.includes(name) && !isPronounced;
    },
    text: (piece: string): void => {
      if (isText) value += piece;
    },
    close: (name: string): void => {
      if (name === "rPh") isPronounced = false;
      isText = false;
    },
    value: (): string => value,
  };
}
