// `perch events`: what was done, by whom and why.
import type { MessageOutput } from '../../protos/messages.ts';
import { admin } from './admin-connection.ts';
import { exitCode } from './cli-context.ts';
import { timeText } from './describe-model.ts';
import type { CliCommand } from './session.ts';

type Event = MessageOutput<'perch.admin.v1.Event'>;

/** The daemon keeps so many. */
const longestBacklog = 1_000;
const defaultBacklog = 20;

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
    let count = 0;
    for await (const { event, backlogEnd, dropped } of connection.stream(admin.WatchEvents, { backlog })) {
      if (backlogEnd && !follows) {
        break;
      }
      if (dropped !== '0') {
        session.tell(`Events that are missing here, since they came faster than they were read: ${dropped}.`);
      }
      if (event !== null) {
        count++;
        if (session.isJson) {
          session.printJson(event);
        } else {
          session.print(eventText(event));
        }
      }
    }
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
