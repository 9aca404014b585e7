import { type Command, Option } from "commander";
import { ANOMALY_KINDS, RESOLUTIONS } from "../payment/anomaly.ts";
import { numberArgument } from "./arguments.ts";
import { resolve } from "./resolve-anomaly.ts";
import { LIMIT_DEFAULT, list, show } from "./show-anomalies.ts";

/** Declares `anomalies list`, `show` and `resolve`. */
export function register(program: Command): void {
  const anomalies = program.command("anomalies").description("what a person has to look at, and its resolutions");
  anomalies
    .command("list")
    .description("show anomalies, newest first")
    .addOption(new Option("--state <state>", "those in this state").choices(["OPEN", "CLOSED", "ALL"]).default("OPEN"))
    .addOption(new Option("--kind <kind>", "those of this kind").choices(ANOMALY_KINDS))
    .option("--service <id>", "those of this service_id", numberArgument)
    .option("--payment <id>", "those of this payment of the shop", numberArgument)
    .option("--limit <number>", "at most so many", numberArgument, String(LIMIT_DEFAULT))
    .option("--json", "print JSON")
    .action(list);
  anomalies
    .command("show")
    .description("show all that is known of one, with its attempt and what was decided")
    .argument("<id>", "of the anomaly", numberArgument)
    .option("--json", "print JSON")
    .action(show);
  anomalies
    .command("resolve")
    .description("take one of the resolutions; who decided what is kept")
    .argument("<id>", "of the anomaly", numberArgument)
    .addOption(new Option("--resolution <resolution>", "the resolution").choices(RESOLUTIONS).makeOptionMandatory())
    .option("--note <text>", "why; CLOSE and REFUNDED_ELSEWHERE need it", "")
    .option("--payment <id>", "with ACCEPT: the payment of the shop that keeps the money", numberArgument)
    .option("--click-payment <id>", "with CHARGED: Click's number of the payment", numberArgument)
    .option("--user <name>", "who decides", process.env["USER"] ?? "")
    .action(resolve);
}
