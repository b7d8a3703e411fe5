// The words of the dashboard's tab "Health" beside those of the status.
import type { HealthText } from '../../../../webview/dashboard/health-protocol.ts';
import type { Translate } from '../../../translate.ts';

/** In the editor's language; the gaps in them are filled in by the page. */
export function healthWords(translate: Translate): HealthText {
  return {
    live: translate('Alive'),
    notLive: translate('Not alive: it should be restarted'),
    ready: translate('Ready'),
    notReady: translate('Not ready'),
    readiness: translate('Readiness'),
    model: translate('Model'),
    state: translate('State'),
    required: translate('Required'),
    stateSince: translate('Since'),
    modelReady: translate('Ready'),
    modelNotReady: translate('Not ready'),
    yes: translate('yes'),
    no: translate('no'),
    resources: translate('Resources, last 10 minutes'),
    devices: translate('Execution providers and GPUs'),
    announceReady: translate('The server is ready.'),
    announceNotReady: translate('The server is not ready. {0}', '{0}'),
  };
}
