// The bodies of branches and loops must not contain themselves.
import { PerchError } from '../../errors.ts';
import { operatorName } from './operator-names.ts';
import type { LiteModel } from './tflite-model.ts';

/** Operators whose options have subgraphs in their first two fields. */
const callers: ReadonlySet<string> = new Set(['IF', 'WHILE']);

/** Throws MODEL_FILE_INVALID for subgraphs that call themselves, directly or through others. */
export function refuseRecursion({ subgraphs }: LiteModel): void {
  const calls = subgraphs.map(({ operators }) => {
    const called = operators.flatMap(({ code, customName, options }) =>
      callers.has(operatorName(code, customName)) ? [options?.int(0) ?? 0, options?.int(1) ?? 0] : [],
    );
    return new Set(called);
  });
  const pending = new Set(subgraphs.keys());
  for (let before = -1; before !== pending.size;) {
    before = pending.size;
    for (const index of pending) {
      const called = [...(calls[index] ?? [])];
      if (!called.some((other) => pending.has(other))) {
        pending.delete(index);
      }
    }
  }
  if (pending.size > 0) {
    throw new PerchError('MODEL_FILE_INVALID', 'The model file is damaged: a subgraph calls itself.');
  }
}
