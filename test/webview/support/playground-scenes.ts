// The playground in every state that it can be looked at: an answer, a picture, a refusal, a comparison, a measurement.
import path from 'node:path';
import type { MeasureView } from '../../../webview/playground/measure.ts';
import type { SendMessage } from '../../../webview/playground/protocol.ts';
import {
  digitsSignature,
  irisAnswer,
  irisSignature,
  type OpenPlayground,
  type PlaygroundBrowser,
} from './playground-browser.ts';
import type { Theme } from './themes.ts';

const request = '{"instances": [[5.1, 3.5, 1.4, 0.2], [6.3, 3.3, 6.0, 2.5]]}';

const measured: MeasureView = {
  state: 'done',
  message: '',
  plan: { rate: 0, concurrency: 4, seconds: 10 },
  points: Array.from({ length: 20 }, (_, index) => ({
    at: (index + 1) / 2,
    rate: 800 + 60 * Math.sin(index),
    p50: 1.1 + Math.sin(index) / 10,
    p95: 2 + Math.cos(index) / 5,
    p99: 3.4 + Math.sin(index * 2),
    cpuPercent: 80 + index,
    memoryBytes: 210e6 + index * 1e6,
  })),
  totals: {
    ...{
      sent: 8_000,
      ok: 7_990,
      failed: 10,
      rate: 799.4,
      p50: 1.1,
      p95: 2.01,
      p99: 3.5,
      mean: 1.3,
      most: 9.1,
    },
    errors: [{ code: 'RESOURCE_EXHAUSTED', count: 10, message: 'Too many requests at once.' }],
    versions: [{ version: '2', count: 7_990 }],
  },
  notes: ['The measuring process was busy: 93 % of a core.'],
};

/** What is looked at, by name: each opens the page and brings it there. */
export const playgroundScenes: Readonly<
  Record<string, (browser: PlaygroundBrowser, theme: Theme) => Promise<OpenPlayground>>
> = {
  answer: async (browser, theme) => {
    const opened = await browser.open('iris', irisSignature, { theme, request });
    await opened.page.getByRole('button', { name: 'Send' }).click();
    await opened.answer(irisAnswer);
    return opened;
  },
  picture: async (browser, theme) => {
    const opened = await browser.open('digits', digitsSignature, { theme });
    await opened.page
      .getByLabel('From file… image')
      .setInputFiles(path.join(import.meta.dirname, '..', '..', '..', 'media', 'icon.png'));
    await opened.page.locator('.preview').waitFor();
    await opened.page.getByRole('button', { name: 'Send' }).click();
    const logits = Array.from({ length: 10 }, (_, index) => Math.sin(index) * 4);
    const row = (y: number): number[] => Array.from({ length: 8 }, (_, x) => Math.hypot(x - 3.5, y - 3.5));
    const features = [Array.from({ length: 8 }, (_, y) => row(y))];
    const json = JSON.stringify({ outputs: { logits: [logits], features: [features] } });
    await opened.answer({ ...irisAnswer, version: '2', json });
    await opened.page.getByLabel('Show features as').selectOption('heat');
    return opened;
  },
  refused: async (browser, theme) => {
    const opened = await browser.open('iris', irisSignature, { theme, request });
    await opened.page.getByRole('button', { name: 'Send' }).click();
    const message =
      'Input "measurements": got float32 [2, 4], the model expects float32 [1, 4]: dimension 0 is 2 instead of 1.';
    await opened.answer({ kind: 'refused', status: 'INVALID_ARGUMENT', message });
    return opened;
  },
  compare: async (browser, theme) => {
    const opened = await browser.open('iris', irisSignature, { theme, request });
    await opened.page.getByRole('radio', { name: 'JSON' }).check();
    await opened.page.getByRole('radio', { name: 'Compare' }).check();
    await opened.page.getByRole('button', { name: 'Compare' }).click();
    const sent = (await opened.said()).filter((message): message is SendMessage => message.type === 'send');
    const other =
      '{"predictions": [{"label": 0, "probabilities": [0.97, 0.02, 0.01]}, {"label": 1, "probabilities": [0.05, 0.75, 0.2]}]}';
    await opened.tell({ type: 'answered', id: sent[0]?.id ?? '', outcome: irisAnswer });
    await opened.tell({
      type: 'answered',
      id: sent[1]?.id ?? '',
      outcome: { ...irisAnswer, version: '2', json: other },
    });
    return opened;
  },
  measure: async (browser, theme) => {
    const opened = await browser.open('iris', irisSignature, { theme, request });
    await opened.page.getByRole('radio', { name: 'Measure' }).check();
    await opened.tell({ type: 'measured', view: measured });
    return opened;
  },
};
