import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readJunit, summaryLine, summed } from "../../../tools/test-summary.ts";

const VITEST = `<testsuites><testsuite name="a"><testcase name="1" time="0.1"/>
<testcase name="2 &gt; 1"><failure message="no">text</failure></testcase>
<testcase name="3"><skipped/></testcase></testsuite></testsuites>`;
const PHPUNIT = `<testsuites><testsuite><testcase name="1" assertions="2"/><testcase name="2"><error type="E">x</error></testcase></testsuite></testsuites>`;
const GREEN = `<testsuites><testsuite><testcase name="1"></testcase></testsuite></testsuites>`;

async function reportFile(xml: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "clickbridge-report-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "report.xml");
  await writeFile(file, xml);
  return file;
}

test("cases, failures and errors are counted, and what was skipped is neither", async () => {
  expect(readJunit(await reportFile(VITEST), 1)).toEqual({ passed: 1, failed: 1 });
  expect(readJunit(await reportFile(PHPUNIT), 2)).toEqual({ passed: 1, failed: 1 });
});

test.each([
  ["is missing", undefined, 0],
  ["shows no test", "<testsuites/>", 0],
])("a report that %s is a failure", async (_, xml, exitCode) => {
  const file = xml === undefined ? "/nowhere/report.xml" : await reportFile(xml);

  expect(readJunit(file, exitCode)).toEqual({ passed: 0, failed: 1 });
});

test("a suite that ends badly behind a green report is a failure", async () => {
  expect(readJunit(await reportFile(GREEN), 1)).toEqual({ passed: 1, failed: 1 });
});

test("the last line sums both languages", () => {
  expect(
    summaryLine(
      summed([
        { passed: 3, failed: 0 },
        { passed: 4, failed: 1 },
      ]),
    ),
  ).toBe("7 passed, 1 failed");
});
