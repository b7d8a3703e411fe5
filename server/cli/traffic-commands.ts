// `perch traffic`: how the requests that name neither version nor label are split.
import type { MessageInput } from '../../protos/messages.ts';
import { admin } from './admin-connection.ts';
import { reasonOption } from './arguments.ts';
import { exitCode, MisuseError } from './cli-context.ts';
import { describeTraffic, labelled, targetText } from './describe-model.ts';
import { changeModel, readModel, type CliCommand } from './session.ts';

/** A share that was asked for. */
export interface WantedShare {
  readonly target: { readonly label: string } | { readonly version: string };
  readonly percent: number;
}

/**
 * The share in `stable=95`, `3=5` or `v3=5`: digits are a version, anything else is a label; `label:3` is the label "3".
 * Throws MisuseError.
 */
export function readShare(text: string): WantedShare {
  const at = text.lastIndexOf('=');
  const name = text.slice(0, Math.max(0, at));
  const percent = /^\d{1,3}(?=%?$)/.exec(text.slice(at + 1))?.[0];
  if (name === '' || percent === undefined || Number(percent) > 100) {
    throw new MisuseError(`"${text}" is no share, such as stable=95 or 3=5 (version 3), in whole percent.`);
  }
  const version = /^(?:version:|v)?(\d{1,19})$/.exec(name)?.[1];
  const label = name.replace(/^label:/, '');
  return {
    target: version === undefined ? { label } : { version: BigInt(version).toString() },
    percent: Number(percent),
  };
}

function readShares(texts: readonly string[]): WantedShare[] {
  const shares = texts.map(readShare);
  const sum = shares.reduce((total, { percent }) => total + percent, 0);
  if (sum !== 100) {
    throw new MisuseError(`The shares add up to ${sum} %, not to 100 %.`);
  }
  const names = new Set(shares.map(({ target }) => JSON.stringify(target)));
  if (names.size !== shares.length) {
    throw new MisuseError('A label or version has more than one share.');
  }
  return shares;
}

/** The shares as a request has them. */
export function toWireShares(shares: readonly WantedShare[]): MessageInput<'perch.admin.v1.TrafficShare'>[] {
  return shares.map(({ target, percent }) => ({ target: { ...target }, percent }));
}

/** "stable", "v3", of a target that was asked for. */
export function wantedTargetText(target: WantedShare['target']): string {
  return 'label' in target ? target.label : `v${target.version}`;
}

export const trafficGetCommand: CliCommand = {
  name: 'traffic get',
  operands: '<model>',
  summary: 'how the requests are split, wanted and observed',
  count: { least: 1, most: 1 },
  options: {},
  run: async (session) => {
    const name = session.args.operand(0);
    using connection = await session.connect();
    const model = await readModel(connection, name);
    const traffic = await connection.call(admin.GetTraffic, { model: name });
    if (session.isJson) {
      session.printJson(traffic);
      return exitCode.ok;
    }
    session.print(describeTraffic({ ...model, traffic: traffic.shares }));
    if (traffic.observed.length > 0) {
      session.print('in the last minute:');
      const total = traffic.observed.reduce((sum, { splitRequests }) => sum + Number(splitRequests), 0);
      session.printTable(
        ['VERSION', 'WANTED', 'SPLIT REQUESTS', 'SHARE', 'NAMED REQUESTS'],
        traffic.observed.map(({ version, splitRequests, namedRequests }) => [
          version,
          traffic.shares
            .filter((share) => share.version === version)
            .map(({ target, percent }) => `${targetText(target)} ${percent} %`)
            .join(', '),
          splitRequests,
          total === 0 ? '' : `${((100 * Number(splitRequests)) / total).toFixed(1)} %`,
          namedRequests,
        ]),
      );
    }
    if (traffic.fallbacks !== '0') {
      session.print(`${traffic.fallbacks} requests went to stable because their target was not available.`);
    }
    return exitCode.ok;
  },
};

export const trafficSetCommand: CliCommand = {
  name: 'traffic set',
  operands: '<model> <label|version>=<percent>…',
  summary: 'split them, e.g. stable=95 canary=5; takes effect on the next request',
  count: { least: 2, most: Infinity },
  options: reasonOption,
  run: (session) => {
    const [, ...texts] = session.args.operands;
    const model = session.args.operand(0);
    const shares = readShares(texts);
    return changeModel(session, model, {
      describe: describeTraffic,
      intent: (before) => {
        const parts = shares.map(({ target, percent }) => {
          const version = 'label' in target ? labelled(before, target.label) : undefined;
          return `${wantedTargetText(target)} ${percent} %${version === undefined ? '' : ` (v${version})`}`;
        });
        return `traffic of ${model}: ${parts.join(', ')}`;
      },
      act: (connection, mutation) =>
        connection.call(admin.SetTraffic, { model, shares: toWireShares(shares), mutation }),
    });
  },
};

export const trafficClearCommand: CliCommand = {
  name: 'traffic clear',
  operands: '<model>',
  summary: 'split nothing: all go to the newest version',
  count: { least: 1, most: 1 },
  options: reasonOption,
  run: (session) => {
    const model = session.args.operand(0);
    return changeModel(session, model, {
      describe: describeTraffic,
      intent: (before) => describeTraffic({ ...before, traffic: [] }),
      act: (connection, mutation) => connection.call(admin.SetTraffic, { model, shares: [], mutation }),
    });
  },
};
