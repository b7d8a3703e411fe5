// `perch health`: asks grpc.health.v1.Health, with the exit codes of grpc_health_probe.
import { health } from './admin-connection.ts';
import { exitCode } from './cli-context.ts';
import type { CliCommand } from './session.ts';

/** Those of grpc_health_probe, so that it can stand in its place. */
const probeExitCodes = { misuse: 1, unreachable: 2, failed: 3 } as const;
const exitNotServing = 4;

/** grpc_health_probe's default of -connect-timeout and -rpc-timeout, milliseconds. */
const defaultTimeoutMs = 1_000;

export const healthCommand: CliCommand = {
  name: 'health',
  operands: '[service|model]',
  summary: 'whether the daemon, a service or a model answers; exit codes as grpc_health_probe',
  count: { least: 0, most: 1 },
  exitCodes: probeExitCodes,
  options: {
    connect_timeout: { type: 'string', placeholder: '1s', help: 'to wait for a connection' },
    rpc_timeout: { type: 'string', placeholder: '1s', help: 'to wait for the answer' },
  },
  run: async (session) => {
    const [service = ''] = session.args.operands;
    const connectMs = session.args.milliseconds('connect_timeout', 1, 3_600_000) ?? defaultTimeoutMs;
    const rpcMs = session.args.milliseconds('rpc_timeout', 1, 3_600_000) ?? defaultTimeoutMs;
    using connection = await session.connect();
    await connection.ready(connectMs);
    const { status } = await connection.call(health.Check, { service }, rpcMs);
    if (session.isJson) {
      session.printJson({ service, status });
    } else {
      session.print(`status: ${status}`);
    }
    return status === 'SERVING' ? exitCode.ok : exitNotServing;
  },
};
