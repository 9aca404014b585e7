import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./say.mjs";

const PROJECTS = JSON.parse(readFileSync(join(ROOT, "test/projects.json"), "utf8"));

/**
 * What a run of vitest with these arguments needs on the machine: of the projects that are asked for with `--project`, and of those whose
 * tests are named by their path. An argument that cannot be told from an option's value narrows nothing.
 */
export function needsOfTests(args) {
  const needed = projectsOf(args).map((name) => PROJECTS[name]);
  return {
    programs: [...new Set(needed.flatMap(({ programs }) => programs))],
    php: needed.map(({ php }) => php).find((php) => php !== undefined),
    dist: needed.some(({ dist }) => dist === true),
  };
}

function projectsOf(args) {
  const asked = args.flatMap((arg, at) => {
    if (arg === "--project") return [args[at + 1]];
    return arg.startsWith("--project=") ? [arg.slice("--project=".length)] : [];
  });
  const paths = args.filter((arg) => arg.startsWith("test/"));
  const names = Object.keys(PROJECTS);
  // A pattern instead of a name, which is vitest's to read.
  const among = asked.length > 0 && asked.every((name) => names.includes(name)) ? asked : names;
  if (paths.length === 0) return among;
  const files = testFiles().filter((file) => paths.some((path) => file.includes(path)));
  return among.filter((name) => files.some((file) => projectOf(file) === name));
}

function projectOf(file) {
  const entries = Object.entries(PROJECTS);
  const found =
    entries.find(([, { files }]) => files.includes(file)) ??
    entries.find(([, { folders }]) => folders.some((folder) => file.startsWith(`${folder}/`)));
  return found?.[0];
}

function testFiles() {
  return Object.values(PROJECTS)
    .flatMap(({ folders }) => folders)
    .filter((folder) => existsSync(join(ROOT, folder)))
    .flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true }).map((name) => `${folder}/${name}`));
}
