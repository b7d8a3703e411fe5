// The words of the server's status, in the dashboard's tab "Health".
import type { StatusText } from '../../webview/protocol.ts';
import type { Translate } from '../translate.ts';

/** All texts of the page in the editor's language; the gaps in them are filled in by the page. */
export function statusText(translate: Translate): StatusText {
  return {
    page: {
      heading: translate('Server'),
      stopped: translate('Stopped'),
      starting: translate('Starting'),
      stopping: translate('Stopping'),
      failed: translate('Failed'),
      running: translate('Running'),
      since: translate('since {0}', '{0}'),
      addresses: translate('Addresses'),
      copyGrpcAddress: translate('Copy gRPC address'),
      copyRestAddress: translate('Copy REST address'),
      copied: translate('Copied'),
      restOff: translate('off'),
      process: translate('Process'),
      processId: translate('Process ID'),
      memory: translate('Memory'),
      modelsSource: translate('Models from'),
      notKnownYet: translate('not loaded yet'),
      engineHosts: translate('Engine hosts'),
      engineHost: translate('Host'),
      restarts: translate('Restarts'),
      loadedVersions: translate('Loaded versions'),
      lastExit: translate('Last exit'),
      hostStarting: translate('starting'),
      none: translate('none'),
      models: translate('Models'),
      noModels: translate('There are no models yet.'),
      noVersions: translate('No versions on disk.'),
      version: translate('Version'),
      labels: translate('Labels'),
      state: translate('State'),
      stateSince: translate('Since'),
      announceServer: translate('Server: {0}', '{0}'),
      announceVersion: translate('{0}, version {1}: {2}', '{0}', '{1}', '{2}'),
    },
    phases: {
      'not-loaded': translate('Not loaded'),
      copying: translate('Being copied'),
      loading: translate('Loading'),
      available: translate('Available'),
      unloading: translate('Unloading'),
      unloaded: translate('Unloaded'),
      failed: translate('Failed'),
    },
    commands: {
      start: translate('Start Server'),
      stop: translate('Stop Server'),
      restart: translate('Restart Server'),
      showLog: translate('Show Log'),
    },
  };
}
