// What a version's load or canary is at, and what a version runs on, in words. No vscode in here.
import type { Execution, LoadProgress, LoadStep, Version } from '../state/model.ts';
import type { Canary } from '../state/traffic.ts';
import type { Translate } from '../translate.ts';
import { formatBytes, formatElapsed } from './units.ts';

const formatNames: ReadonlyMap<string, string> = new Map([
  ['saved_model', 'SavedModel'],
  ['tflite', 'TFLite'],
  ['trees', 'XGBoost/LightGBM'],
]);

/** The step of a load with all that is known of it: `warming up 3/10`, `creating the session 120 MB of 500 MB`. */
export function progressWords(t: Translate, progress: LoadProgress): string {
  const { step, detail, bytesDone, bytesTotal } = progress;
  const bytes = bytesTotal === 0 ? '' : t('{0} of {1}', formatBytes(bytesDone), formatBytes(bytesTotal));
  return [stepWords(t, step), detail, bytes].filter((part) => part !== '').join(' ');
}

function stepWords(t: Translate, step: LoadStep): string {
  switch (step) {
    case 'queued':
      return t('waiting for other loads');
    case 'checking':
      return t('checking the files');
    case 'first-open':
      return t('opening it for the first time');
    case 'loading':
      return t('creating the session');
    case 'warming-up':
      return t('warming up');
  }
}

/** How long the step of a load, or the load of which no step is known, goes on; empty in its first second. */
export function elapsedWords({ progress, sinceMs }: Version, nowMs: number): string {
  const since = progress?.stepSinceMs ?? sinceMs;
  return since === 0 || nowMs - since < 1000 ? '' : formatElapsed(nowMs - since);
}

/** Providers with their GPUs, each as often as it is there: `cpu`, `2 × cuda (GPU 0), cuda (GPU 1)`. */
export function executionWords(t: Translate, { instances }: Execution): string {
  const counts = new Map<string, number>();
  for (const { provider, deviceId } of instances) {
    const name = provider === 'cpu' ? provider : t('{0} (GPU {1})', provider, deviceId);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => (count === 1 ? name : `${count} × ${name}`)).join(', ');
}

/** The format that a version was converted from; empty for ONNX. One that only a newer daemon knows stays as it is. */
export function formatName(convertedFrom: string): string {
  return formatNames.get(convertedFrom) ?? convertedFrom;
}

/** Which call a signature is for: `predict`, `classify`, `regress`, or the whole of what the file says. */
export function methodWord(methodName: string): string {
  return methodName.replace(/^tensorflow\/serving\//, '');
}

/** Where a canary is, in words: `at 5 %`, `waits for you at 25 %`. */
export function canaryWords(t: Translate, { phase, steps, step }: Canary): string {
  const percent = steps[step] ?? 0;
  switch (phase) {
    case 'progressing':
      return t('at {0} %', percent);
    case 'paused':
      return t('paused at {0} %', percent);
    case 'waiting':
      return t('waits for you at {0} %', percent);
    case 'inconclusive':
      return t('inconclusive at {0} %: waits for you', percent);
    case 'succeeded':
      return t('promoted');
    case 'rolled-back':
      return t('rolled back');
    case 'unknown':
      return t('in a state that this version of the extension does not know');
  }
}
