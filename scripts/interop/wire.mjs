// The own transport against clients that others wrote: C-core (Python), grpc-go, grpc-java, grpc-js, curl, nghttp2's h2load,
// and nginx between. Installs or builds each in a directory of its own, prints a table and keeps it in results/wire.md.
// Never part of npm test: needs the package registries. A client that this machine cannot have is left out, by name.
//   node scripts/interop/wire.mjs [--transport=perch|grpc-js] [--only=CLIENT,CLIENT]
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { format } from 'prettier';
import { run } from '../lib/processes.mjs';
import { clients } from './lib/clients.mjs';
import { tools } from './lib/http2-tools.mjs';
import { withDirectory } from './lib/tools.mjs';
import { startWireServer } from './lib/wire-server.mjs';

const resultFile = path.join(import.meta.dirname, 'results', 'wire.md');
const { values } = parseArgs({
  options: { transport: { type: 'string', default: 'perch' }, only: { type: 'string' } },
});
const only = values.only?.split(',');

/** A certificate for localhost that is its own authority; the files' paths. */
function makeCertificate(directory) {
  const key = path.join(directory, 'server.key');
  const certificate = path.join(directory, 'server.pem');
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
      .concat(subject)
      .concat(['-addext', 'basicConstraints=critical,CA:TRUE', '-keyout', key, '-out', certificate]),
    { stdio: 'pipe' },
  );
  return { key, certificate };
}

/** The lines of a client's output that tell of a case. */
function casesOf(output) {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{"case"'))
    .map((line) => JSON.parse(line));
}

await withDirectory(async (directory) => {
  const { key, certificate } = makeCertificate(directory);
  const server = await startWireServer([
    `--transport=${values.transport}`,
    `--key=${key}`,
    `--certificate=${certificate}`,
  ]);
  const rows = [];
  const record = (client, version, how, cases, problem) => {
    const failed = cases.filter((each) => each.problem !== '');
    rows.push({
      client,
      version,
      how,
      passed: cases.length - failed.length,
      of: cases.length,
      failed,
      problem,
    });
    const text = problem === '' ? `${cases.length - failed.length} of ${cases.length}` : problem;
    console.log(`${client} ${version}, ${how}: ${text}`);
    failed.forEach((each) => console.log(`  ${each.case}: ${each.problem}`));
  };
  for (const client of clients.filter(({ name }) => only?.includes(name) ?? true)) {
    const place = path.join(directory, client.name);
    mkdirSync(place);
    const ready = await client.prepare(place);
    if (ready.problem !== undefined) {
      record(client.name, '', 'left out', [], ready.problem);
      continue;
    }
    for (const [how, args] of [
      ['in clear', [`localhost:${server.port}`]],
      ['TLS', [`localhost:${server.tlsPort}`, certificate]],
    ]) {
      const [command, ...first] = ready.command;
      const { output, code } = await run(command, [...first, ...args], { capture: true });
      const cases = casesOf(output);
      record(client.name, ready.version, how, cases, cases.length > 0 ? '' : `exit code ${code}: ${output}`);
    }
  }
  for (const tool of tools.filter(({ name }) => only?.includes(name) ?? true)) {
    const place = path.join(directory, tool.name);
    mkdirSync(place);
    const result = await tool.run({ directory: place, server, certificate, clients });
    record(
      tool.name,
      result.version ?? '',
      result.how ?? 'left out',
      result.cases ?? [],
      result.problem ?? '',
    );
  }
  await server.stop();
  const table = [
    '| Client | Version | How | Passed |',
    '| --- | --- | --- | --- |',
    ...rows.map(
      ({ client, version, how, passed, of, problem }) =>
        `| ${client} | ${version} | ${how} | ${problem === '' ? `${passed} of ${of}` : problem.split('\n')[0]} |`,
    ),
  ];
  const failures = rows.flatMap(({ client, how, failed }) =>
    failed.map((each) => `- ${client}, ${how}, ${each.case}: ${each.problem}`),
  );
  const page = [
    '# Clients of other implementations',
    'What `node scripts/interop/wire.mjs` found: calls of every kind to the own transport (`server/wire/`), on loopback.',
    table.join('\n'),
    failures.length === 0 ? 'Nothing failed.' : failures.join('\n'),
    '',
  ].join('\n\n');
  if (values.transport === 'perch' && only === undefined) {
    writeFileSync(resultFile, await format(page, { parser: 'markdown', printWidth: 110 }));
  }
  process.exitCode =
    failures.length > 0 || rows.some(({ of, problem }) => of === 0 && problem === '') ? 1 : 0;
});
