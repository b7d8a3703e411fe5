// HTTP/2 and HPACK conformance: builds h2spec from its public Go module, runs it against the own transport, and keeps the
// result in results/h2spec.md. Needs Go and its module proxy. Exits with 1 where a case failed that is no known exception.
//   node scripts/interop/h2spec.mjs [--transport=perch|grpc-js]
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { format } from 'prettier';
import { run } from '../lib/processes.mjs';
import { findProgram, withDirectory } from './lib/tools.mjs';
import { startWireServer } from './lib/wire-server.mjs';

/** The last version that the module proxy has. */
const h2spec = 'github.com/summerwind/h2spec/cmd/h2spec@v2.2.1+incompatible';
const resultFile = path.join(import.meta.dirname, 'results', 'h2spec.md');
const sections = ['generic', 'http2', 'hpack'];

/** Cases that need not pass, by section and description, with the reason. */
const exceptions = new Map([]);

/** Every case of h2spec's JUnit report. */
function casesOf(report) {
  const cases = [];
  for (const [, attributes, body = ''] of report.matchAll(
    /<testcase ([^>]*?)(?:\/>|>([^]*?)<\/testcase>)/g,
  )) {
    const attribute = (name) => unescaped(new RegExp(`${name}="([^"]*)"`).exec(attributes)?.[1] ?? '');
    const problem = /<(?:failure|error)[^>]*>([^]*?)<\/(?:failure|error)>/.exec(body)?.[1];
    cases.push({
      section: attribute('package'),
      description: attribute('classname'),
      outcome: /<skipped/.test(body) ? 'skipped' : problem === undefined ? 'passed' : 'failed',
      problem: unescaped(problem ?? ''),
    });
  }
  return cases;
}

function unescaped(text) {
  const entities = { lt: '<', gt: '>', amp: '&', quot: '"', '#34': '"', '#39': "'", '#xA': '\n' };
  return text.replace(/&(#?\w+);/g, (whole, name) => entities[name] ?? whole);
}

function count(cases, outcome) {
  return cases.filter((each) => each.outcome === outcome).length;
}

/** The result as a page. */
function pageOf(runs) {
  const rows = runs.flatMap(({ name, cases }) =>
    sections.map((section) => {
      const of = cases.filter((each) => each.section.startsWith(section));
      return `| ${name} | ${section} | ${of.length} | ${['passed', 'failed', 'skipped'].map((outcome) => count(of, outcome)).join(' | ')} |`;
    }),
  );
  const problems = runs.flatMap(({ name, cases }) =>
    cases
      .filter(({ outcome }) => outcome !== 'passed')
      .map(({ section, description, outcome, problem }) => {
        const reason = exceptions.get(`${section} ${description}`) ?? 'not explained';
        return `- ${name}, ${section}, "${description}" (${outcome}): ${reason}. ${problem.trim().replaceAll('\n', '; ')}`;
      }),
  );
  return [
    '# h2spec',
    `What \`node scripts/interop/h2spec.mjs\` found: ${h2spec}, against the own transport (\`server/wire/\`) on loopback.`,
    [
      '| Run | Section | Cases | Passed | Failed | Skipped |',
      '| --- | --- | --- | --- | --- | --- |',
      ...rows,
    ].join('\n'),
    '## Exceptions',
    problems.length === 0 ? 'None.' : problems.join('\n'),
    '',
  ].join('\n\n');
}

const { values } = parseArgs({ options: { transport: { type: 'string', default: 'perch' } } });
const go = findProgram('go');
if (go === undefined) {
  console.error('h2spec is a Go program, and there is no Go on this machine.');
  process.exit(1);
}
await withDirectory(async (directory) => {
  const built = await run(go, ['install', h2spec], { capture: true, env: { GOBIN: directory } });
  if (built.code !== 0) {
    console.error(`h2spec could not be built:\n${built.output}`);
    process.exitCode = 1;
    return;
  }
  const server = await startWireServer([`--transport=${values.transport}`]);
  const runs = [];
  for (const [name, flags] of [
    ['usual', []],
    ['strict', ['--strict']],
  ]) {
    const report = path.join(directory, `${name}.xml`);
    const where = ['--host', '127.0.0.1', '--port', String(server.port), '--junit-report', report];
    const { output } = await run(path.join(directory, 'h2spec'), [...sections, ...where, ...flags], {
      capture: true,
    });
    const cases = casesOf(readFileSync(report, 'utf8'));
    runs.push({ name, cases });
    const failures = output.indexOf('Failures:');
    console.log(failures < 0 ? '' : output.slice(failures));
    console.log(
      `${name}: ${cases.length} cases, ${count(cases, 'passed')} passed, ${count(cases, 'failed')} failed, ${count(cases, 'skipped')} skipped`,
    );
  }
  await server.stop();
  if (values.transport === 'perch') {
    writeFileSync(resultFile, await format(pageOf(runs), { parser: 'markdown', printWidth: 110 }));
  }
  const unexplained = runs.some(({ cases }) =>
    cases.some(
      ({ outcome, section, description }) =>
        outcome !== 'passed' && !exceptions.has(`${section} ${description}`),
    ),
  );
  process.exitCode = unexplained ? 1 : 0;
});
