// `perch status` and `perch models`: what is served, and how it goes.
import type { MessageOutput } from '../../protos/messages.ts';
import { admin, type AdminConnection, type ModelState } from './admin-connection.ts';
import { exitCode, RefusedError } from './cli-context.ts';
import {
  bytesText,
  canaryText,
  describeCanary,
  describePhase,
  describeTraffic,
  durationText,
  isOver,
  labelsText,
  phaseTone,
  targetText,
  versionsCell,
} from './describe-model.ts';
import { readModel, type CliCommand, type Session } from './session.ts';
import type { Cell } from './table.ts';

type ServerInfo = MessageOutput<'perch.admin.v1.GetServerInfoResponse'>;
type Statistics = MessageOutput<'perch.admin.v1.GetStatisticsResponse'>;

interface Status {
  readonly server: ServerInfo;
  readonly models: readonly ModelState[];
  /** Of the last minute, by version and by label; empty from a daemon that has none. */
  readonly statistics: Statistics['versions'];
  readonly labelStatistics: Statistics['labels'];
}

/** Puts the cursor to the first line and empties the screen. */
const clearScreen = '\u001b[H\u001b[2J';

export const statusCommand: CliCommand = {
  name: 'status',
  operands: '',
  summary: 'the daemon and its models',
  count: { least: 0, most: 0 },
  options: { watch: { type: 'boolean', help: 'go on, and print it again at every change' } },
  run: async (session) => {
    using connection = await session.connect();
    if (!session.args.isSet('watch')) {
      show(session, await readStatus(connection));
      return exitCode.ok;
    }
    const { isTerminal, write, signal } = session.context;
    const drawsInPlace = isTerminal && !session.isJson;
    for await (const { event } of connection.stream(admin.WatchState, {})) {
      // Rates change without an event: the heartbeat brings them to the screen.
      if (event === 'heartbeat' && !drawsInPlace) {
        continue;
      }
      let status: Status;
      try {
        status = await readStatus(connection);
      } catch (reason) {
        if (signal.aborted) {
          break;
        }
        throw reason;
      }
      write(drawsInPlace ? clearScreen : '');
      show(session, status);
    }
    return exitCode.ok;
  },
};

async function readStatus(connection: AdminConnection): Promise<Status> {
  const [server, { models }, { versions, labels }] = await Promise.all([
    connection.call(admin.GetServerInfo, {}),
    connection.call(admin.ListModels, {}),
    readStatistics(connection),
  ]);
  return { server, models, statistics: versions, labelStatistics: labels };
}

async function readStatistics(connection: AdminConnection): Promise<Statistics> {
  try {
    return await connection.call(admin.GetStatistics, {});
  } catch (reason) {
    if (reason instanceof RefusedError && reason.status === 'UNIMPLEMENTED') {
      return { versions: [], labels: [] };
    }
    throw reason;
  }
}

function show(session: Session, status: Status): void {
  if (session.isJson) {
    session.printJson(status);
    return;
  }
  const { server, models, statistics } = status;
  const rest = server.restAddress === '' ? '' : `, REST ${server.restAddress}`;
  const age = durationText(Date.now() - Number(server.startedAtMs));
  session.print(
    `Perch ${server.version}, pid ${server.pid}, gRPC ${server.grpcAddress || 'on a socket'}${rest}`,
  );
  session.print(`serves ${server.modelsSource}, up ${age}\n`);
  if (models.length === 0) {
    session.print('No models.');
    return;
  }
  session.printTable(
    ['MODEL', 'VERSIONS', 'LABELS', 'TRAFFIC', 'REQUESTS/S', 'CANARY'],
    models.map((model) => [
      model.name,
      versionsCell(model),
      labelsText(model),
      model.traffic.map(({ target, percent }) => `${targetText(target)} ${percent} %`).join(', '),
      rateText(statistics.filter((one) => one.model === model.name)),
      canaryCell(model),
    ]),
  );
}

function rateText(statistics: Statistics['versions']): string {
  const rate = statistics.reduce((sum, one) => sum + one.rate, 0);
  return statistics.length === 0 ? '' : rate.toFixed(rate < 10 ? 1 : 0);
}

function canaryCell({ canary }: ModelState): Cell {
  if (canary === null) {
    return '';
  }
  return {
    text: `v${canary.version} ${canaryText(canary)}`,
    tone: isOver(canary) ? 'faint' : phaseTone(canary.phase),
  };
}

export const modelsCommand: CliCommand = {
  name: 'models',
  operands: '[model]',
  summary: 'every version of every model, or what one model takes and gives',
  count: { least: 0, most: 1 },
  options: {},
  run: async (session) => {
    using connection = await session.connect();
    const [name] = session.args.operands;
    const models =
      name === undefined
        ? (await connection.call(admin.ListModels, {})).models
        : [await readModel(connection, name)];
    if (session.isJson) {
      session.printJson({ models });
      return exitCode.ok;
    }
    showVersions(session, models);
    if (name !== undefined) {
      models.forEach((model) => showDetails(session, model));
    }
    return exitCode.ok;
  },
};

function showVersions(session: Session, models: readonly ModelState[]): void {
  if (models.length === 0) {
    session.print('No models.');
    return;
  }
  const rows = models.flatMap((model) => [
    ...(model.problem === '' ? [] : [[model.name, '', problemCell(model.problem)]]),
    ...model.versions.map((version): Cell[] => [
      model.name,
      version.version,
      describePhase(version),
      model.labels
        .filter((label) => label.version === version.version)
        .map(({ label, pending }) => `${label}${pending ? ' (waits)' : ''}`)
        .join(', '),
      version.sizeBytes === '0' ? '' : bytesText(version.sizeBytes),
      [...new Set(version.execution?.instances.map(({ provider }) => provider))].join(', '),
      version.error,
    ]),
  ]);
  session.printTable(['MODEL', 'VERSION', 'STATE', 'LABELS', 'SIZE', 'RUNS ON', 'NOTE'], rows);
}

function problemCell(problem: string): Cell {
  return { text: problem, tone: 'bad' };
}

function showDetails(session: Session, model: ModelState): void {
  session.print(`\n${describeTraffic(model)}`);
  if (model.canary !== null) {
    session.print(describeCanary(model.name, model.canary));
  }
  const served = model.versions.findLast(({ signature }) => signature !== null);
  if (served?.signature) {
    const tensors = [
      ...served.signature.inputs.map((tensor) => ['input', tensor] as const),
      ...served.signature.outputs.map((tensor) => ['output', tensor] as const),
    ];
    session.print(`signature of v${served.version}:`);
    session.printTable(
      ['', 'NAME', 'TYPE', 'SHAPE'],
      tensors.map(([kind, { name, dtype, shape }]) => [
        kind,
        name,
        dtype.replace(/^DT_/, '').toLowerCase(),
        `[${shape.map((size) => (size === '-1' ? '?' : size)).join(', ')}]`,
      ]),
    );
  }
}
