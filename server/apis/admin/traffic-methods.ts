// The admin calls that change where requests go: labels, the split, the shadow, the canary.
import { serviceMethods, type MessageInput } from '../../../protos/messages.ts';
import { PerchError } from '../../errors.ts';
import type { Traffic } from '../../traffic/traffic.ts';
import { serverStream, unary, type Method } from '../method.ts';
import { Waker } from '../waker.ts';
import { toMutation } from './mutation.ts';
import { fromPlan, fromTarget, toCanary, toRequest, toShadow, toShares } from './traffic-state.ts';

const methods = serviceMethods('perch.admin.v1.Admin');
const longestWaitMs = 60 * 60_000;

/** A plan may have golden requests with their answers. Bytes. */
const longestPlan = 16 * 2 ** 20;

/** Gives the answer of a call that changed a model: the model as it now is. */
export type DescribeModel = (model: string) => { model: MessageInput<'perch.admin.v1.ModelState'> };

/** SetLabel to WatchCanary. `draining` ends the streams. */
export function trafficMethods(traffic: Traffic, describe: DescribeModel, draining: AbortSignal): Method[] {
  const { control, canaries, requests, shadows, parts } = traffic;
  return [
    unary(methods.SetLabel, async ({ model, label, version, waitMs, mutation }, call) => {
      if (waitMs > longestWaitMs) {
        throw new PerchError('REQUEST_MALFORMED', `wait_ms takes at most ${longestWaitMs}, not ${waitMs}.`);
      }
      const options = { waitMs, signal: call.signal, mutation: toMutation(mutation) };
      await control.setLabel(model, label, BigInt(version), options);
      return describe(model);
    }),
    unary(methods.DeleteLabel, async ({ model, label, mutation }) => {
      await control.deleteLabel(model, label, toMutation(mutation));
      return describe(model);
    }),
    unary(methods.SetTraffic, async ({ model, shares, mutation }) => {
      const kept = shares.map(({ target, percent }) => ({ target: fromTarget(target), percent }));
      await control.setTraffic(model, kept, toMutation(mutation));
      return describe(model);
    }),
    unary(methods.GetTraffic, ({ model }) => {
      control.view(model);
      const { shares, shadow } = parts.store.get(model);
      return {
        shares: toShares(parts.manager, model, shares),
        observed: requests.observed(model).map(({ version, split, named }) => ({
          version: version.toString(),
          splitRequests: split,
          namedRequests: named,
        })),
        fallbacks: requests.fallbacks(model),
        ...(shadow === undefined
          ? {}
          : { shadow: toShadow(shadow, shadows.summary(model), shadows.dropped(model), 'without-inputs') }),
      };
    }),
    unary(methods.GetShadowCase, ({ model, id }) => {
      control.view(model);
      const kept = shadows.summary(model)?.worst() ?? [];
      return toRequest(kept.find((one) => one.id.toString() === id));
    }),
    unary(methods.SetShadow, async ({ model, target, percent, keepInputs, mutation }) => {
      const shadow = percent === 0 ? undefined : { target: fromTarget(target), percent, keepInputs };
      await control.setShadow(model, shadow, toMutation(mutation));
      return describe(model);
    }),
    unary(
      methods.StartCanary,
      async ({ model, version, plan, mutation }) => {
        await canaries.start(model, BigInt(version), fromPlan(plan), toMutation(mutation));
        return describe(model);
      },
      longestPlan,
    ),
    unary(methods.PauseCanary, async ({ model, mutation }) => {
      await canaries.pause(model, toMutation(mutation));
      return describe(model);
    }),
    unary(methods.ResumeCanary, async ({ model, mutation }) => {
      await canaries.resume(model, toMutation(mutation));
      return describe(model);
    }),
    unary(methods.PromoteCanary, async ({ model, mutation }) => {
      await canaries.promote(model, toMutation(mutation));
      return describe(model);
    }),
    unary(methods.RollbackCanary, async ({ model, mutation }) => {
      await canaries.rollBack(model, toMutation(mutation));
      return describe(model);
    }),
    serverStream(methods.WatchCanary, ({ model }, call) =>
      watchCanary(traffic, model, AbortSignal.any([call.signal, draining])),
    ),
  ];
}

/** The canary as it is, then at every change of the model. */
async function* watchCanary(
  { canaries, control, parts: { manager } }: Traffic,
  model: string,
  signal: AbortSignal,
): AsyncGenerator<MessageInput<'perch.admin.v1.WatchCanaryResponse'>> {
  control.view(model);
  const waker = new Waker();
  const note = (name: string): void => {
    if (name === model) {
      waker.wake();
    }
  };
  manager.events.on('changed', note).on('removed', note);
  signal.addEventListener('abort', waker.close);
  try {
    for (;;) {
      const canary = canaries.view(model);
      yield canary === undefined ? {} : { canary: toCanary(canary) };
      if (signal.aborted || (await waker.wait(2 ** 30)) === 'closed') {
        return;
      }
    }
  } finally {
    manager.events.off('changed', note).off('removed', note);
    signal.removeEventListener('abort', waker.close);
  }
}
