// An engine that loads and runs when the test says so, under the real manager, services and listeners.
import type { TensorMap } from '../../../server/codec/tensor.ts';
import type { PerchError } from '../../../server/errors.ts';
import type { VersionOnDisk } from '../../../server/lifecycle/found.ts';
import type { LoadProgressListener } from '../../../server/lifecycle/load-progress.ts';
import type { Loader } from '../../../server/lifecycle/model-environment.ts';
import type { LoadedVersion, RunResult } from '../../../server/lifecycle/version-state.ts';
import { plainSignature } from '../../unit/server/fakes.ts';

/** A load or a run that waits for the test. */
export interface Held {
  readonly go: () => void;
  readonly fail: (reason: PerchError) => void;
}

/** A load under way. */
export interface HeldLoad extends Held {
  readonly model: string;
  readonly progress: LoadProgressListener | undefined;
}

/** Gives each input back as the output `y`. */
export class SteeredEngine implements Loader {
  /** Loads that wait; only where `holdLoads`. */
  readonly loads: HeldLoad[] = [];
  /** Runs that wait; only where `holdRuns`. */
  readonly runs: Held[] = [];
  /** Runs that began so far. */
  begun = 0;
  holdLoads = false;
  holdRuns = false;

  async load(
    model: string,
    _version: VersionOnDisk,
    _signal: AbortSignal,
    progress?: LoadProgressListener,
  ): Promise<LoadedVersion> {
    if (this.holdLoads) {
      await new Promise<void>((resolve, reject) =>
        this.loads.push({ model, progress, go: resolve, fail: reject }),
      );
    }
    return {
      signature: plainSignature,
      lost: new Promise(() => undefined),
      unload: () => Promise.resolve(),
      run: (inputs) => this.#run(inputs),
    };
  }

  async #run(inputs: TensorMap): Promise<RunResult> {
    this.begun++;
    if (this.holdRuns) {
      await new Promise<void>((resolve, reject) => this.runs.push({ go: resolve, fail: reject }));
    }
    const [tensor] = inputs.values();
    return { outputs: new Map(tensor === undefined ? [] : [['y', tensor]]), engineUs: 1 };
  }
}
