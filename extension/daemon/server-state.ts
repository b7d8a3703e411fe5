// What the daemon of this window is doing, as the supervisor knows it.
import type { Translate } from '../translate.ts';
import type { DaemonFailure } from './daemon-process.ts';
import type { ReadyInfo } from './ready-line.ts';

/** The states of the supervisor. Times are milliseconds since the Unix epoch. */
export type ServerState =
  /** Never started, or stopped on request; `byOther`: not by this window. */
  | { readonly kind: 'stopped'; readonly byOther?: true }
  /** `restarts` counts the starts after a crash since the user's last start. */
  | { readonly kind: 'starting'; readonly restarts: number }
  /** `shared`: another window or program started it. */
  | {
      readonly kind: 'running';
      readonly info: ReadyInfo;
      readonly since: number;
      readonly restarts: number;
      readonly shared: boolean;
    }
  /** It ended by itself and is started again after `delayMs`. */
  | { readonly kind: 'backing-off'; readonly failure: DaemonFailure; readonly delayMs: number }
  | { readonly kind: 'stopping' }
  /** It is not started again unless the user asks. `crashes` is 0 where the very first start was refused. */
  | { readonly kind: 'failed'; readonly failure: DaemonFailure; readonly crashes: number }
  /** This installation has no daemon for this platform (`linux-x64` …). */
  | { readonly kind: 'unavailable'; readonly missing: 'daemon' | 'onnxruntime'; readonly platform: string };

/** Says in one sentence why a daemon did not come up or went. */
export function describeFailure(t: Translate, failure: DaemonFailure): string {
  switch (failure.kind) {
    case 'ended':
      return describeExit(t, failure.exit);
    case 'not-spawned':
      return t('The server process could not be started: {0}', failure.message);
    case 'unsupported-api':
      return t(
        'The server (version {0}) speaks version {1} of the administration API, which this version of Perch does not know.',
        failure.version,
        failure.api,
      );
    case 'malformed-ready-line':
      return t('The server printed something else than where it serves.');
    case 'timed-out':
      return t('The server was not ready within {0} seconds.', failure.seconds);
  }
}

function describeExit(
  t: Translate,
  exit: { readonly code: number | null; readonly signal: string | null; readonly lastWords: string },
): string {
  if (exit.lastWords !== '' && exit.signal === null) {
    return exit.lastWords;
  }
  return exit.signal === null
    ? t('The server ended with exit code {0}.', exit.code ?? -1)
    : t('The server was ended by {0}.', exit.signal);
}

/** Says in one sentence what this installation lacks. */
export function describeMissing(
  t: Translate,
  state: { readonly missing: 'daemon' | 'onnxruntime'; readonly platform: string },
): string {
  return state.missing === 'daemon'
    ? t('This package of Perch has no server in it. Install the package made for {0}.', state.platform)
    : t(
        'This package of Perch has no ONNX Runtime for {0}. Install the package made for this platform, where there is one.',
        state.platform,
      );
}
