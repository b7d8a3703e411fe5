// What the measuring process itself takes: where that is much, the figures tell of it and not of the server.
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Milliseconds between two looks at the event loop. */
const resolutionMs = 10;

/** CPU of this process, 100 is one core, and how late its event loop was at most. */
export interface ClientFigures {
  readonly cpuPercent: number;
  readonly loopDelayMaxMs: number;
}

/** Measures from its making until it is disposed of. */
export class ClientLoad implements Disposable {
  readonly #delay = monitorEventLoopDelay({ resolution: resolutionMs });
  readonly #startedAt = performance.now();
  readonly #cpuBefore = process.cpuUsage();
  #spanFrom = this.#startedAt;
  #cpuOfSpan = this.#cpuBefore;

  constructor() {
    this.#delay.enable();
  }

  /** Since the last call. */
  take(): ClientFigures {
    const now = performance.now();
    const figures = {
      cpuPercent: percentOf(process.cpuUsage(this.#cpuOfSpan), now - this.#spanFrom),
      loopDelayMaxMs: Math.max(0, this.#delay.max / 1e6 - resolutionMs),
    };
    this.#spanFrom = now;
    this.#cpuOfSpan = process.cpuUsage();
    this.#delay.reset();
    return figures;
  }

  /** Since the start. */
  cpuPercent(): number {
    return percentOf(process.cpuUsage(this.#cpuBefore), performance.now() - this.#startedAt);
  }

  [Symbol.dispose](): void {
    this.#delay.disable();
  }
}

function percentOf({ user, system }: NodeJS.CpuUsage, overMs: number): number {
  return overMs <= 0 ? 0 : ((user + system) / 1000 / overMs) * 100;
}
