// Open connections and closes by cause, as Prometheus gets them; a close that nobody gave a cause for shows.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConnectionMetrics } from '../../../../server/observe/connection-metrics.ts';
import { renderMetrics } from '../../../../server/observe/exposition.ts';
import { CloseTally } from '../../../../server/wire/socket/close-tally.ts';

const samples = (metrics: ConnectionMetrics): string[] =>
  renderMetrics(metrics.families())
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

describe('the metrics of connections', () => {
  it('are none before there is a listener, and have unknown at 0 from its begin on', () => {
    const metrics = new ConnectionMetrics();
    assert.deepEqual(samples(metrics), []);
    metrics.follow('perch', new CloseTally());
    assert.deepEqual(samples(metrics), [
      'perch_connections_open{transport="perch"} 0',
      'perch_connection_closes_total{transport="perch",cause="unknown"} 0',
    ]);
  });

  it('count causes, and what went without one', () => {
    const tally = new CloseTally();
    const metrics = new ConnectionMetrics();
    metrics.follow('perch', tally);
    for (let connection = 0; connection < 5; connection++) {
      tally.arrived();
    }
    tally.told('max-idle');
    tally.gone();
    tally.told('max-idle');
    tally.gone();
    // Told, and lingering.
    tally.told('flood');
    assert.deepEqual(samples(metrics), [
      'perch_connections_open{transport="perch"} 3',
      'perch_connection_closes_total{transport="perch",cause="unknown"} 0',
      'perch_connection_closes_total{transport="perch",cause="max-idle"} 2',
      'perch_connection_closes_total{transport="perch",cause="flood"} 1',
    ]);
    tally.gone();
    tally.gone();
    assert.ok(
      samples(metrics).includes('perch_connection_closes_total{transport="perch",cause="unknown"} 1'),
    );
  });
});
