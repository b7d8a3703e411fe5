// Follows a canary until it is stable or rolled back.
import { admin, type AdminConnection } from './admin-connection.ts';
import { exitCode } from './cli-context.ts';
import { describeCanary, enumText, isOver, type Canary } from './describe-model.ts';
import type { Session } from './session.ts';

/** The gates of the last evaluation, one line each; empty where nothing was judged yet. */
export function gateLines({ gates }: Canary): string[] {
  return gates.map(({ gate, outcome, detail }) => `  ${gate}: ${enumText('OUTCOME_', outcome)}. ${detail}`);
}

/**
 * Says each change of the canary until it is over, and gives the exit code: 0 where it is stable now, 1 where it was rolled
 * back or there is none. Where it waits for a person, it says so and goes on.
 */
export async function followCanary(
  session: Session,
  connection: AdminConnection,
  model: string,
  say: (text: string) => void,
): Promise<number> {
  let last = '';
  for await (const { canary } of connection.stream(admin.WatchCanary, { model })) {
    if (session.isJson) {
      session.printJson({ model, canary });
    } else {
      const text = canaryLines(model, canary).join('\n');
      if (text !== last) {
        say(text);
      }
      last = text;
    }
    if (canary === null) {
      return exitCode.failed;
    }
    if (isOver(canary)) {
      return canary.phase === 'CANARY_PHASE_SUCCEEDED' ? exitCode.ok : exitCode.failed;
    }
  }
  return exitCode.failed;
}

function canaryLines(model: string, canary: Canary | null): string[] {
  const lines = [describeCanary(model, canary)];
  if (canary === null) {
    return lines;
  }
  lines.push(...gateLines(canary));
  const isWaiting = canary.phase === 'CANARY_PHASE_WAITING' || canary.phase === 'CANARY_PHASE_INCONCLUSIVE';
  return isWaiting ? [...lines, `  waits for you: perch canary resume|promote|rollback ${model}`] : lines;
}
