// What is counted of gRPC connections: how many are open, and why the others closed.
import type { CloseCounts } from '../wire/socket/close-tally.ts';
import type { MetricFamily } from './exposition.ts';

/** The series of a listener that is told of when it is open. */
export class ConnectionMetrics {
  #transport = '';
  #counts: CloseCounts | undefined;

  /** From now on `counts` are shown; `transport`: what --grpc_transport says. */
  follow(transport: string, counts: CloseCounts): void {
    this.#transport = transport;
    this.#counts = counts;
  }

  /** Nothing before there is a listener. */
  families(): MetricFamily[] {
    const counts = this.#counts;
    if (counts === undefined) {
      return [];
    }
    const transport = ['transport', this.#transport] as const;
    return [
      {
        name: 'perch_connections_open',
        help: 'gRPC connections that are open.',
        type: 'gauge',
        samples: [[[transport], counts.open]],
      },
      {
        name: 'perch_connection_closes_total',
        help: 'gRPC connections that closed, by cause. With --grpc_transport=perch, unknown is a defect.',
        type: 'counter',
        samples: [...counts.byCause()].map(([cause, count]) => [[transport, ['cause', cause]], count]),
      },
    ];
  }
}
