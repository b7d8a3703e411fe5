// Parsing arguments without a process: what comes of them, what is said of them, how they are refused.
import assert from 'node:assert/strict';
import path from 'node:path';
import { PerchError } from '../../../../server/errors.ts';
import type { Flag } from '../../../../server/options/flag.ts';
import { flags } from '../../../../server/options/flags.ts';
import {
  parseServeArguments,
  type Environment,
  type ServeOptions,
} from '../../../../server/options/serve-options.ts';

/** What relative paths are taken from. */
export const cwd = path.resolve('/srv/space');
/** The table with every field that a row may have. */
export const allFlags: readonly Flag[] = flags;

/** Options and lines for the log. */
export function parseAll(
  args: string[],
  environment: Environment = {},
): { options: ServeOptions; notices: readonly string[] } {
  const parsed = parseServeArguments(args, cwd, environment);
  assert.equal(parsed.kind, 'serve');
  return parsed;
}

/** The options, with an empty environment. */
export function parse(...args: string[]): ServeOptions {
  return parseAll(args).options;
}

/** The lines for the log. */
export function notices(...args: string[]): readonly string[] {
  return parseAll(args).notices;
}

/** What is printed, instead of serving. */
export function printed(...args: string[]): string {
  const parsed = parseServeArguments(args, cwd, {});
  assert.equal(parsed.kind, 'print');
  return parsed.text;
}

/** The text with which these arguments are refused. */
export function refusal(...args: string[]): string {
  try {
    parseServeArguments(args, cwd, {});
  } catch (reason) {
    assert.ok(PerchError.is(reason, 'OPTION_INVALID'), String(reason));
    return reason.message;
  }
  return 'not refused';
}

/** The shortest arguments that serve something. */
export const models = '--models_directory=models';

/** What holds where no limit is set. */
export const noLimits: ServeOptions['limits'] = {
  perSecond: { total: 0, perModel: 0, perClient: 0 },
  burst: 0,
  concurrent: { total: 0, perModel: 0, perClient: 0 },
};

/** The options of `models` alone. */
export const defaults: ServeOptions = {
  models: { kind: 'directory', directory: path.join(cwd, 'models') },
  pollIntervalMs: 1000,
  configPollMs: 0,
  versionPolicyTransition: 'availability-preserving',
  servableVersionsAlwaysPresent: true,
  allowLabelsForUnavailable: false,
  numLoadThreads: 0,
  maxLoadRetries: 5,
  loadRetryIntervalMs: 60_000,
  unloadGraceMs: 30_000,
  warmUp: true,
  warmUpIterations: 1,
  batching: { enabled: false, perModel: false },
  engine: {
    threads: 0,
    isolation: 'process',
    providers: '',
    queueLimit: 1000,
    loadTimeoutMs: 300_000,
    memoryLimitBytes: 0,
    intraOpThreads: 0,
  },
  conversion: {
    tags: ['serve'],
    prefersTflite: false,
    checksMethodNames: false,
    place: { kind: 'user-cache' },
    maximumBytes: 10 * 2 ** 30,
  },
  tensorContentOutputs: false,
  bind: {
    bindAddress: '127.0.0.1',
    moreAddresses: [{ address: '::1', optional: true }],
    bindAddressFrom: 'default',
  },
  insecureBind: false,
  requirePredictToken: false,
  grpcPort: 8500,
  grpcTransport: 'perch',
  networkThreads: 1,
  grpcChannelArguments: new Map(),
  restPort: undefined,
  restSsl: false,
  restMaxBodyBytes: 64 * 1024 * 1024,
  restTimeoutMs: 30_000,
  restCors: false,
  restSlowReadMs: 30_000,
  restMaxConnections: 512,
  allowedHosts: new Set(),
  limits: noLimits,
  routingKeys: { header: 'x-perch-routing-key', jsonField: '' },
  readyJson: false,
  logFormat: 'auto',
  logVerbose: false,
  drainGraceMs: 10_000,
  readiness: { readyWhen: 'all', required: new Set() },
  engineStuckMs: 600_000,
};
