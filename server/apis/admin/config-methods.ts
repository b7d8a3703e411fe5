// The admin calls that read and replace the configuration.
import { serviceMethods, type MessageInput } from '../../../protos/messages.ts';
import type { ActiveConfig } from '../../active-config.ts';
import { parseModelServerConfig } from '../../config/model-server-config.ts';
import { PerchError } from '../../errors.ts';
import { unary, type Method } from '../method.ts';
import type { Traffic } from '../../traffic/traffic.ts';
import { requireConfig } from '../tensorflow-serving/model-service.ts';

import { toMutation } from './mutation.ts';

const methods = serviceMethods('perch.admin.v1.Admin');
const defaultWaitMs = 5 * 60_000;
const longestWaitMs = 60 * 60_000;

/** GetConfig and ApplyConfig; without `config` both are CONFIG_TRANSITION. */
export function configMethods(config: ActiveConfig | undefined, { parts }: Traffic): Method[] {
  return [
    unary(methods.GetConfig, () => {
      const { current } = requireConfig(config);
      return { text: current.config.text, revision: current.revision.toString() };
    }),
    unary(methods.ApplyConfig, async ({ text, expectedRevision, waitMs, mutation }, call) => {
      const active = requireConfig(config);
      const by = toMutation(mutation);
      if (waitMs > longestWaitMs) {
        throw new PerchError('REQUEST_MALFORMED', `wait_ms takes at most ${longestWaitMs}, not ${waitMs}.`);
      }
      const change = async (): Promise<MessageInput<'perch.admin.v1.ApplyConfigResponse'>> => {
        const expected = BigInt(expectedRevision);
        const models = await active.apply(parseModelServerConfig(text, 'the request'), {
          waitMs: waitMs === 0 ? defaultWaitMs : waitMs,
          signal: call.signal,
          ...(expected === 0n ? {} : { expectedRevision: expected }),
        });
        const { actor, reason } = by;
        const after = `revision ${active.current.revision}`;
        parts.events.record({ model: '', kind: 'apply_config', actor, reason, before: '', after });
        return {
          models: models.map(({ name, available, error }) => ({ name, available, error })),
          revision: active.current.revision.toString(),
        };
      };
      // Not in turn with other changes: a second configuration need not wait for the first. It has a revision of its own.
      const once = { ...by, expectedResourceVersion: 0n };
      return by.requestId === '' ? change() : parts.mutations.once(`config ${by.requestId}`, once, change);
    }),
  ];
}
