// What a canary does to labels, shares and copies, put into effect in one step, and told to the event log.
import { isDeepStrictEqual } from 'node:util';
import type { CanaryEffect, TrafficEffect } from '../canary/canary-effects.ts';
import { PerchError } from '../errors.ts';
import { stableLabel } from '../lifecycle/model-manager.ts';
import { canaryLabel, type TrafficChange, type TrafficControl } from './traffic-control.ts';

/** As RunnerParts.apply. */
export async function applyEffects(
  control: TrafficControl,
  model: string,
  effects: readonly CanaryEffect[],
): Promise<void> {
  const { labels, events, mutations, manager } = control.parts;
  for (const effect of effects) {
    // Before labels move: the way back must not be unloaded in between.
    if (effect.kind === 'keep-warm') {
      labels.keepWarm(model, effect.version, effect.ms);
    }
  }
  await putChange(control, model, changeOf(control, model, effects));
  for (const effect of effects) {
    if (effect.kind === 'event') {
      const { event, actor, reason, before, after } = effect;
      events.record({ model, kind: event, actor, reason, before, after });
    } else if (effect.kind === 'let-go') {
      await labels.letGo(model, effect.version);
    }
  }
  // Also what the daemon does by itself is something that a window has not seen.
  mutations.bump(model);
  manager.touch(model);
}

async function putChange(control: TrafficControl, model: string, change: TrafficChange): Promise<void> {
  if (Object.keys(change).length === 0) {
    return;
  }
  try {
    await control.put(model, change);
  } catch (reason) {
    if (!PerchError.is(reason, 'MODEL_UNKNOWN')) {
      throw reason;
    }
    // The model was taken out of the configuration, and its labels with it: there is nothing left to move.
    const { shares, shadow } = change;
    await control.put(model, {
      ...(shares === undefined ? {} : { shares }),
      ...(shadow === undefined ? {} : { shadow }),
    });
  }
}

/** All effects as one change. */
function changeOf(control: TrafficControl, model: string, effects: readonly CanaryEffect[]): TrafficChange {
  const change = effects.reduce<TrafficChange>(
    (sum, effect) => (effect.kind === 'event' ? sum : withEffect(control, model, sum, effect)),
    {},
  );
  // The same object where it is the same shadow: what it has shown so far goes on to count.
  const { shadow } = control.parts.store.get(model);
  return shadow !== undefined && isDeepStrictEqual(change.shadow, shadow) ? { ...change, shadow } : change;
}

function withEffect(
  control: TrafficControl,
  model: string,
  change: TrafficChange,
  effect: TrafficEffect,
): TrafficChange {
  const label = (name: string, version: bigint | undefined): TrafficChange => ({
    ...change,
    labels: new Map([...(change.labels ?? []), [name, version]]),
  });
  switch (effect.kind) {
    case 'set-canary-label':
      return label(canaryLabel, effect.version);
    case 'move-stable-label':
      return label(stableLabel, effect.version);
    case 'drop-canary-label':
      return label(canaryLabel, undefined);
    case 'set-shares':
      return { ...change, shares: effect.shares };
    case 'set-shadow':
      return { ...change, shadow: effect.shadow ?? 'none' };
    case 'end-canary-shadow': {
      const shadow = change.shadow ?? control.parts.store.get(model).shadow ?? 'none';
      const isOwn =
        shadow !== 'none' && shadow.target.kind === 'label' && shadow.target.label === canaryLabel;
      return isOwn ? { ...change, shadow: 'none' } : change;
    }
    case 'restore': {
      const { shares, shadow, stableLabel: stable, canaryLabel: canary } = effect.before;
      return {
        shares,
        shadow: shadow ?? 'none',
        labels: new Map([
          [stableLabel, stable],
          [canaryLabel, canary],
        ]),
      };
    }
    case 'keep-warm':
    case 'let-go':
      return change;
  }
}
