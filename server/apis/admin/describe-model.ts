// A model whole, as the admin API tells of it: its versions and labels, and where its requests go.
import type { MessageInput } from '../../../protos/messages.ts';
import type { ModelView } from '../../lifecycle/model-manager.ts';
import type { Traffic } from '../../traffic/traffic.ts';
import { toModelState } from './model-state.ts';
import { toCanary, toShadow, toShares } from './traffic-state.ts';

/** The full entry of a model. */
export type StateOfModel = (view: ModelView) => MessageInput<'perch.admin.v1.ModelState'>;

/** Describes models with what `traffic` knows of them. */
export function modelDescriber({ parts, canaries, shadows }: Traffic): StateOfModel {
  return (view) => {
    const { name } = view;
    const { shares, shadow } = parts.store.get(name);
    const canary = canaries.view(name);
    return {
      ...toModelState(view),
      resourceVersion: parts.mutations.resourceVersion(name).toString(),
      traffic: toShares(parts.manager, name, shares),
      ...(shadow === undefined
        ? {}
        : { shadow: toShadow(shadow, shadows.summary(name), shadows.dropped(name), 'with-inputs') }),
      ...(canary === undefined ? {} : { canary: toCanary(canary) }),
    };
  };
}
