// `perch events`: what was done, by whom and why.
import { setTimeout as sleep } from 'node:timers/promises';
import type { MessageOutput } from '../../protos/messages.ts';
import { admin } from './admin-connection.ts';
import { exitCode } from './cli-context.ts';
import { timeText } from './describe-model.ts';
import type { CliCommand } from './session.ts';

type Event = MessageOutput<'perch.admin.v1.Event'>;

/** The daemon keeps so many. */
const longestBacklog = 1_000;
const defaultBacklog = 20;

/** The stream does not say where the backlog ends: the daemon sends it in one go, so this silence is its end. Milliseconds. */
const silenceMs = 300;

export const eventsCommand: CliCommand = {
  name: 'events',
  operands: '',
  summary: 'what was done, by whom and why',
  count: { least: 0, most: 0 },
  options: {
    follow: { type: 'boolean', help: 'go on with what happens from now on' },
    last: { type: 'string', placeholder: '20', help: 'how many of before, at most 1000' },
  },
  run: async (session) => {
    const backlog = session.args.integer('last', 0, longestBacklog) ?? defaultBacklog;
    const follows = session.args.isSet('follow');
    using connection = await session.connect();
    const ended = new AbortController();
    let count = 0;
    const endAfterSilence = async (): Promise<void> => {
      // Answers come in the order of the questions: with this one, the backlog is on its way.
      await connection.call(admin.GetServerInfo, {});
      for (let before = -1; before !== count;) {
        before = count;
        await sleep(silenceMs, undefined, { signal: session.context.signal });
      }
    };
    const silence = follows ? undefined : endAfterSilence().finally(() => ended.abort());
    // Told by the stream as well.
    silence?.catch(() => undefined);
    for await (const { event } of connection.stream(admin.WatchEvents, { backlog }, ended.signal)) {
      count++;
      if (event !== null) {
        if (session.isJson) {
          session.printJson(event);
        } else {
          session.print(eventText(event));
        }
      }
    }
    await silence;
    if (count === 0) {
      session.tell('There are no events yet.');
    }
    return exitCode.ok;
  },
};

/** "2026-11-21 16:58:15  set_traffic  digits: stable 100% -> stable 95%, canary 5%  by cli:anna (trying v3)". */
function eventText({ atMs, model, kind, actor, reason, before, after }: Event): string {
  const change = [before, after].filter((text) => text !== '').join(' -> ');
  const what = [model, change].filter((text) => text !== '').join(': ');
  const why = reason === '' ? '' : ` (${reason})`;
  return `${timeText(atMs)}  ${kind.padEnd(19)}  ${what}  by ${actor === '' ? 'somebody' : actor}${why}`;
}
