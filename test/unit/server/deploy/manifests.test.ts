// The manifests of deploy/ name flags, ports, services and series that there are, and times that go together.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { livenessName } from '../../../../server/health/health.ts';
import { parseServeArguments } from '../../../../server/options/serve-options.ts';
import { ConnectionMetrics } from '../../../../server/observe/connection-metrics.ts';
import { parseMonitoringConfig } from '../../../../server/observe/monitoring-config.ts';
import { CloseTally } from '../../../../server/wire/socket/close-tally.ts';

const repository = path.join(import.meta.dirname, '..', '..', '..', '..');
const read = (file: string): string => readFileSync(path.join(repository, 'deploy', file), 'utf8');

/** The text of the only match's first group. */
function only(text: string, pattern: RegExp): string {
  const found = [...text.matchAll(new RegExp(pattern, `${pattern.flags}g`))];
  assert.equal(found.length, 1, `${String(pattern)}: ${found.length} matches`);
  return found[0]?.[1] ?? '';
}

describe('deploy/kubernetes/perch.yaml', () => {
  const text = read('kubernetes/perch.yaml');
  const [, ...flags] = [...text.matchAll(/^ +- (serve|--\S+)$/gm)].map(([, flag = '']) => flag);
  const parsed = parseServeArguments(flags, '/');

  it('has no tab, and only even indents, as YAML of two blanks', () => {
    for (const line of text.split('\n')) {
      assert.match(line, /^(?: {2})*(?:[^\s].*)?$/);
    }
  });

  it('starts a server that every pod address reaches', () => {
    assert.ok(parsed.kind === 'serve', JSON.stringify(parsed));
    assert.ok(flags.includes('--bind_all_interfaces'));
    assert.equal(parsed.options.insecureBind, true);
  });

  it('probes the ports that the server opens, and liveness by its name', () => {
    assert.ok(parsed.kind === 'serve');
    const { grpcPort, restPort } = parsed.options;
    const ports = new Map(
      [...text.matchAll(/name: (\w+)\n +containerPort: (\d+)/g)].map(([, name, port]) => [
        name,
        Number(port),
      ]),
    );
    assert.deepEqual(
      [...ports],
      [
        ['grpc', grpcPort],
        ['rest', restPort],
      ],
    );
    const probed = [...text.matchAll(/grpc:\n +port: (\d+)/g)].map(([, port]) => Number(port));
    assert.deepEqual(probed, [grpcPort, grpcPort, grpcPort]);
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
      only(text, new RegExp(`^ +(${probe}):$`, 'm'));
    }
    assert.equal(only(text, /livenessProbe:\n +grpc:\n +port: \d+\n +service: (\S+)/), livenessName);
    const targets = [...text.matchAll(/port: (\d+)\n +targetPort: (\w+)/g)].map(([, port, target]) => [
      target,
      Number(port),
    ]);
    assert.deepEqual(new Map(targets as [string, number][]), ports);
  });

  it('gives the drain the time that it takes', () => {
    assert.ok(parsed.kind === 'serve');
    const preStop = Number(only(text, /command: \['sleep', '(\d+)'\]/));
    const whole = Number(only(text, /terminationGracePeriodSeconds: (\d+)/));
    assert.ok(whole >= preStop + parsed.options.drainGraceMs / 1000 + 5);
  });

  it('has the metrics where its annotations say', () => {
    const config = only(text, /monitoring\.config: \|\n +(.*)$/m);
    const { enable, path: where } = parseMonitoringConfig(config, 'monitoring.config');
    assert.equal(enable, true);
    assert.equal(where, only(text, /prometheus\.io\/path: (\S+)/));
    assert.equal(only(text, /prometheus\.io\/port: '(\d+)'/), '8501');
  });
});

describe('deploy/prometheus', () => {
  it('asks for series and causes that are exported', () => {
    const metrics = new ConnectionMetrics();
    metrics.follow('perch', new CloseTally());
    const names = metrics.families().map(({ name }) => name);
    for (const [series] of read('prometheus/alerts.yml').matchAll(/perch_\w+_total/g)) {
      assert.ok(names.includes(series), series);
    }
  });

  it('asks for liveness by its name', () => {
    assert.ok(read('prometheus/blackbox.yml').includes(`service: ${livenessName}\n`));
  });
});
