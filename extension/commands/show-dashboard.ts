// "Show Dashboard": canary, health and network of the server, in one panel.
import { dashboardTabs } from '../../webview/dashboard/protocol.ts';
import type { Services } from './services.ts';

/** Shows it; another extension or a key binding may name the tab: `canary`, `health` or `network`. */
export function showDashboard({ dashboard }: Services, tab?: unknown): void {
  dashboard.show(dashboardTabs.find((name) => name === tab));
}

/** "Show Server Status": the dashboard with its tab "Health" in front. */
export function showServerStatus({ dashboard }: Services): void {
  dashboard.show('health');
}
