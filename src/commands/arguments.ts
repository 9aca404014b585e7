import { InvalidArgumentError } from "commander";

/** Wrong use of a command, told apart from a command that failed. */
export const EXIT_MISUSE = 2;

/** Says what is wrong with the arguments. */
export function misuse(command: string, sentence: string): void {
  console.error(`${command}: ${sentence}`);
  process.exitCode = EXIT_MISUSE;
}

/** A number of the shop's or of our own, which JavaScript keeps exactly. */
export function numberArgument(text: string): string {
  return digits(text, 15);
}

/** A service_id of Click's. */
export function serviceIdArgument(text: string): string {
  return digits(text, 18);
}

function digits(text: string, digitsMax: number): string {
  if (/^[1-9]\d*$/.test(text) && text.length <= digitsMax) return text;
  throw new InvalidArgumentError("It must be a number above 0.");
}
