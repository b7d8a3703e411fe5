// Entry of the page "Dashboard": takes the extension's messages, and keeps the tab that the user was in.
import { dashboardTabs, isDashboardHostMessage } from '../../dashboard/protocol.ts';
import type { DashboardHostMessage, DashboardPageMessage } from '../../dashboard/protocol.ts';
import { isObject, isOneOf } from '../../guards.ts';
import type { Guard } from '../../guards.ts';
import { connectHost } from '../../host.ts';
import { makeCanaryTab } from '../dashboard/canary/canary-tab.ts';
import { makeFrame, type Frame, type FrameState } from '../dashboard/frame.ts';
import { makeHealthTab } from '../dashboard/health/health-tab.ts';
import { makeNetworkTab } from '../dashboard/network/network-tab.ts';
import { defineElements } from '../toolkit.ts';

const isRecord: Guard<FrameState['tabs']> = (value): value is FrameState['tabs'] =>
  typeof value === 'object' && value !== null;
const isFrameState = isObject<FrameState>({ shown: isOneOf(dashboardTabs), tabs: isRecord });

const host = connectHost<DashboardHostMessage, DashboardPageMessage>(window, isDashboardHostMessage);
let frame: Frame | undefined;

host.onMessage((message) => {
  if (message.type === 'text') {
    const kept = host.readState();
    frame = makeFrame(message, {
      makers: { canary: makeCanaryTab, health: makeHealthTab, network: makeNetworkTab },
      state: isFrameState(kept) ? kept : { shown: 'canary', tabs: {} },
      send: (toHost) => host.send(toHost),
      keep: (state) => host.writeState(state),
    });
    document.body.replaceChildren(frame.root);
  } else {
    frame?.receive(message);
  }
});

defineElements();
host.send({ type: 'ready' });
