// Asks the daemon's keepalive doctor what the form asks: one question at a time, the newest. No vscode in here.
import { serviceMethods } from '../../../../protos/messages.ts';
import type { DoctorQuestion, DoctorState } from '../../../../webview/dashboard/network-doctor.ts';
import type { AdminChannel } from '../../../daemon/admin-channel.ts';
import type { Translate } from '../../../translate.ts';
import { doctorAnswer, probeAnswer, toRequest } from './doctor-answer.ts';

const methods = serviceMethods('perch.admin.v1.Admin');

const diagnoseTimeoutMs = 10_000;
/** A probe takes some 25 seconds at most. */
const probeTimeoutMs = 60_000;

/** Nothing was asked yet. */
export const silentDoctor: DoctorState = { busy: 'no', answer: null, probe: null, error: '' };

/** What the desk works with. */
export interface DoctorParts {
  /** Undefined while no server runs. */
  readonly channel: () => Pick<AdminChannel, 'call'> | undefined;
  readonly translate: Translate;
  readonly onChange: () => void;
}

/** See above. */
export class DoctorDesk {
  readonly #parts: DoctorParts;
  #state = silentDoctor;
  #asking: AbortController | undefined;

  constructor(parts: DoctorParts) {
    this.#parts = parts;
  }

  get state(): DoctorState {
    return this.#state;
  }

  /** Asks, and tries it too where `withProbe`; a question before is given up. Never rejects: errors are part of the state. */
  async ask(question: DoctorQuestion, withProbe: boolean): Promise<void> {
    const { channel, translate } = this.#parts;
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    const set = (state: DoctorState): void => {
      if (!asking.signal.aborted) {
        this.#state = state;
        this.#parts.onChange();
      }
    };
    const daemon = channel();
    if (daemon === undefined) {
      set({ ...silentDoctor, error: translate('The server does not run.') });
      return;
    }
    set({ ...silentDoctor, busy: 'diagnosing' });
    const settings = toRequest(question);
    try {
      const diagnosed = await daemon.call(
        methods.DiagnoseKeepalive,
        settings,
        diagnoseTimeoutMs,
        asking.signal,
      );
      const answer = doctorAnswer(translate, diagnosed);
      set({ ...silentDoctor, answer, busy: withProbe ? 'probing' : 'no' });
      if (withProbe) {
        const probed = await daemon.call(methods.ProbeKeepalive, { settings }, probeTimeoutMs, asking.signal);
        set({ ...silentDoctor, answer, probe: probeAnswer(translate, probed) });
      }
    } catch (reason) {
      const error = reason instanceof Error ? reason.message : String(reason);
      set({ ...silentDoctor, answer: this.#state.answer, error });
    }
  }

  dispose(): void {
    this.#asking?.abort();
  }
}
