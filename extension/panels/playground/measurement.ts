// The last measurement of a playground: begun, stopped, told, exported. No vscode in here.
import type { MeasureView } from '../../../webview/playground/measure.ts';
import type { MeasureMessage } from '../../../webview/playground/protocol.ts';
import type { ReadyInfo } from '../../daemon/ready-line.ts';
import type { startMeasure } from '../../measure/measure-run.ts';
import type { Translate } from '../../translate.ts';
import { MeasureLog } from './measure-log.ts';

/** What a measurement needs of the extension. */
export interface MeasurementDeps {
  readonly translate: Translate;
  /** The daemon's program, absolute; undefined where this installation has none. */
  readonly script: string | undefined;
  readonly measure: typeof startMeasure;
  /** Where the daemon is; undefined while it does not run. */
  endpoint(): ReadyInfo | undefined;
}

/** At most one at a time; the last one stays to be told and exported. */
export class Measurement {
  readonly #deps: MeasurementDeps;
  readonly #onChange: () => void;
  #running: AbortController | undefined;
  #log: MeasureLog | undefined;

  /** `onChange`: `view` gives something new. */
  constructor(deps: MeasurementDeps, onChange: () => void) {
    this.#deps = deps;
    this.#onChange = onChange;
  }

  /** All there is of the last one; undefined before the first. */
  get view(): MeasureView | undefined {
    return this.#log?.view();
  }

  /** The last one as a document; undefined where there is nothing to export. */
  get document(): string | undefined {
    return this.#log?.document();
  }

  /** Measures in place of the one that runs. Settles when it is over; rejects where the daemon does not run. */
  async run({ model, target, body, plan }: MeasureMessage): Promise<void> {
    const { translate, script, measure } = this.#deps;
    const info = this.#deps.endpoint();
    if (info === undefined || script === undefined) {
      throw new Error(translate('The Perch server is not running.'));
    }
    this.stop();
    const running = new AbortController();
    const log = new MeasureLog(plan);
    this.#running = running;
    this.#log = log;
    this.#onChange();
    const changed = (): void => {
      // Nothing of one that another has taken the place of.
      if (log === this.#log) {
        this.#onChange();
      }
    };
    const outcome = await measure(
      {
        script,
        grpcAddress: info.grpcAddress,
        token: info.token,
        model,
        ...(target.kind === 'version' ? { version: target.version } : {}),
        ...(target.kind === 'label' ? { label: target.label } : {}),
        request: body,
        ...(plan.rate === 0 ? {} : { rate: plan.rate }),
        concurrency: plan.concurrency,
        durationMs: plan.seconds * 1_000,
      },
      (line) => {
        log.add(line);
        changed();
      },
      running.signal,
    );
    log.end(outcome);
    changed();
  }

  /** Ends it early; what it has measured stays. */
  stop(): void {
    this.#running?.abort();
  }
}
