// Opens the built page "Playground" in Chromium with a sample model, and speaks to it as the extension does.
import { playgroundWords } from '../../../extension/panels/playground/playground-words.ts';
import type { PlaygroundSnapshot } from '../../../webview/playground/snapshot.ts';
import type { RequestOutcome, TargetSignature } from '../../../webview/playground/exchange.ts';
import type {
  PlaygroundHostMessage,
  PlaygroundPageMessage,
  SendMessage,
} from '../../../webview/playground/protocol.ts';
import { plain } from '../../unit/extension/plain.ts';
import { PageBrowser, type OpenOptions, type OpenPage } from './page-browser.ts';

/** Two models: one with labels, a split and history, and one plain. */
export const sampleSnapshot: PlaygroundSnapshot = {
  obstacle: '',
  canStart: false,
  hasRest: true,
  models: [
    { name: 'digits', versions: ['2'], labels: [], routing: 'all to the newest version that is available' },
    {
      name: 'iris',
      versions: ['3', '2'],
      labels: [
        { label: 'canary', version: '3' },
        { label: 'stable', version: '2' },
      ],
      routing: 'stable 95 %, canary 5 %',
    },
  ],
  history: [
    { id: 'h1', model: 'iris', target: { kind: 'routed' }, atMs: 1_715_947_200_000, bytes: 42 },
    {
      id: 'h2',
      model: 'iris',
      target: { kind: 'label', label: 'canary' },
      atMs: 1_715_947_100_000,
      bytes: 420,
    },
  ],
};

/** What `iris` takes and gives. */
export const irisSignature: TargetSignature = {
  kind: 'signature',
  version: '3',
  inputs: [{ name: 'measurements', dtype: 'DT_FLOAT', shape: [-1, 4] }],
  outputs: [
    { name: 'label', dtype: 'DT_INT64', shape: [-1] },
    { name: 'probabilities', dtype: 'DT_FLOAT', shape: [-1, 3] },
  ],
  classLabels: ['setosa', 'versicolor', 'virginica'],
  sample: '{"instances": [[0.5,0.5,0.5,0.5]]}',
  name: '',
  choices: [],
  hasExampleSignatures: false,
};

/** What `digits` takes and gives. */
export const digitsSignature: TargetSignature = {
  kind: 'signature',
  version: '2',
  inputs: [{ name: 'image', dtype: 'DT_FLOAT', shape: [-1, 1, 8, 8] }],
  outputs: [
    { name: 'logits', dtype: 'DT_FLOAT', shape: [-1, 10] },
    { name: 'features', dtype: 'DT_FLOAT', shape: [-1, 1, 8, 8] },
  ],
  classLabels: [],
  sample: '',
  name: '',
  choices: [],
  hasExampleSignatures: false,
};

/** An answer of iris for two rows. */
export const irisAnswer: Extract<RequestOutcome, { kind: 'answer' }> = {
  kind: 'answer',
  version: '3',
  json: '{"predictions": [{"label": 0, "probabilities": [0.97, 0.02, 0.01]}, {"label": 2, "probabilities": [0.05, 0.15, 0.8]}]}',
  timing: { queue: 310, run: 95, codec: 64, network: 1_420, whole: 1_889 },
  route: 'The split sent it there: label canary gets 5 % of the requests.',
};

/** An open playground. */
export interface OpenPlayground extends OpenPage {
  tell(message: PlaygroundHostMessage): Promise<void>;
  said(): Promise<readonly PlaygroundPageMessage[]>;
  /** Gives the last request of the page this outcome. */
  answer(outcome: RequestOutcome): Promise<void>;
}

/** A browser that opens playgrounds. */
export class PlaygroundBrowser {
  readonly #browser: PageBrowser;

  private constructor(browser: PageBrowser) {
    this.#browser = browser;
  }

  static async launch(): Promise<PlaygroundBrowser> {
    return new PlaygroundBrowser(await PageBrowser.launch('playground', 'Perch: Playground'));
  }

  close(): Promise<void> {
    return this.#browser.close();
  }

  /** Opens the page with this model in front, described by its signature; `request`: a body to begin with. */
  async open(
    model: string,
    description: TargetSignature,
    options: OpenOptions & { readonly request?: string } = {},
  ): Promise<OpenPlayground> {
    const { request = '', ...others } = options;
    const opened = await this.#browser.open({ width: 1300, height: 900, ...others });
    const tell = (message: PlaygroundHostMessage): Promise<void> => opened.deliver(message);
    const said = async (): Promise<readonly PlaygroundPageMessage[]> =>
      (await opened.sent()) as readonly PlaygroundPageMessage[];
    await tell({ type: 'words', locale: 'en', words: playgroundWords(plain) });
    await tell({ type: 'snapshot', snapshot: sampleSnapshot });
    await tell({ type: 'open', model, target: { kind: 'routed' }, request });
    await tell({ type: 'described', model, target: { kind: 'routed' }, signature: '', description });
    return {
      ...opened,
      tell,
      said,
      answer: async (outcome) => {
        const last = (await said())
          .filter((message): message is SendMessage => message.type === 'send')
          .at(-1);
        await tell({ type: 'answered', id: last?.id ?? '', outcome });
      },
    };
  }
}
