import { parseArgs } from "node:util";
import { PLACES_FILE, type Places } from "./place.ts";
import { purchase } from "./purchase.ts";
import { runningDemo } from "./running.ts";
import { type Demo, startDemo } from "./start.ts";

const say = (line: string) => console.log(line);

const { values } = parseArgs({ options: { once: { type: "boolean", default: false } } });
const interrupted = new Promise<string>((resolve) => {
  // Not `once`: Ctrl-C reaches us from the terminal and again from the bootstrap, and the second must not kill a demo that is stopping.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve(signal));
});
process.exitCode = await run(values.once);

/** The exit code. */
async function run(once: boolean): Promise<number> {
  let demo: Demo | undefined;
  try {
    const running = await runningDemo();
    if (running !== undefined && !once) throw new Error(`it runs already: open ${running.shop_url}`);
    if (running !== undefined) return await buyOnce(running);
    demo = await startDemo(say);
    return once ? await buyOnce(demo.places, demo.broken) : await serveUntilInterrupted(demo);
  } catch (error) {
    console.error(`demo: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  } finally {
    await demo?.stop();
  }
}

/** In the demo that runs, or in one of our own, which may break. */
async function buyOnce(places: Places, ...broken: readonly Promise<string>[]): Promise<number> {
  const ended = Promise.race([...broken, interrupted]).then((how) => Promise.reject(new Error(how)));
  await Promise.race([purchase(places, say), ended]);
  return 0;
}

async function serveUntilInterrupted(demo: Demo): Promise<number> {
  say("");
  say(`Open ${demo.places.shop_url} : choose an order, pay with Click, confirm.`);
  say(`Click stand-in: ${demo.places.simulator_url}/ ; everything else: ${PLACES_FILE}. Ctrl-C stops it all.`);
  const brokenHow = await Promise.race([interrupted.then(() => undefined), demo.broken]);
  if (brokenHow === undefined) {
    say("stopping");
    return 0;
  }
  console.error(`demo: ${brokenHow}`);
  return 1;
}
