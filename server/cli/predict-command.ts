// `perch predict`: sends a request to a model.
import { admin, timeoutMs } from './admin-connection.ts';
import { exitCode, MisuseError, RefusedError } from './cli-context.ts';
import { labelled } from './describe-model.ts';
import { readModel, readModelVersion, type CliCommand, type Session } from './session.ts';
import type { AdminConnection } from './admin-connection.ts';

export const predictCommand: CliCommand = {
  name: 'predict',
  operands: '<model>[/<version>]',
  summary: 'send a request (a sample without --json) and print the answer',
  count: { least: 1, most: 1 },
  options: {
    json: {
      type: 'string',
      placeholder: '<file|->',
      help: 'the body as for POST /v1/models/<model>:predict; also inline, beginning with {',
    },
    version: { type: 'string', placeholder: '<number>', help: 'the version to ask' },
    label: { type: 'string', placeholder: '<label>', help: 'the label to ask' },
  },
  run: async (session) => {
    const { name: model, version } = readModelVersion(session.args.operand(0));
    using connection = await session.connect();
    const wanted = await readWanted(session, connection, model, version);
    const request = { model, version: wanted ?? '0' };
    const given = session.args.text('json');
    let json: Buffer;
    if (given === undefined) {
      const sample = await connection.call(admin.GetSampleRequest, request);
      session.tell(`Sends a sample: ${sample.json}`);
      json = Buffer.from(sample.json);
    } else {
      json = given.trimStart().startsWith('{') ? Buffer.from(given) : await session.readInput(given);
    }
    const answer = await connection.call(admin.PredictJson, { ...request, json }, timeoutMs.predict);
    session.context.write(`${answer.json.toString('utf8').trimEnd()}\n`);
    session.tell(
      `${model} v${answer.version} answered, ${(answer.engineUs / 1000).toFixed(2)} ms in the engine.`,
    );
    return exitCode.ok;
  },
};

async function readWanted(
  { args }: Session,
  connection: AdminConnection,
  name: string,
  version: string | undefined,
): Promise<string | undefined> {
  const label = args.text('label');
  const versions = [version, args.text('version')].filter((one) => one !== undefined);
  if (versions.length + (label === undefined ? 0 : 1) > 1) {
    throw new MisuseError('A version or a label, and only once.');
  }
  if (label === undefined) {
    const [wanted] = versions;
    return wanted === undefined ? undefined : readModelVersion(`${name}/${wanted}`).version;
  }
  const leadsTo = labelled(await readModel(connection, name), label);
  if (leadsTo === undefined) {
    throw new RefusedError('NOT_FOUND', `No version of ${name} has the label "${label}".`);
  }
  return leadsTo;
}
