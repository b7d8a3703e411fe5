// A change of labels, traffic or canary as a command carries it out: what it does in words, before and after. No vscode.
import type { AdminClient, ChangeOrigin } from '../daemon/admin-client.ts';
import type { Model } from '../state/model.ts';

/** The part of the admin client that changes need. */
export type ChangeClient = Pick<
  AdminClient,
  | 'deleteLabel'
  | 'pauseCanary'
  | 'promoteCanary'
  | 'resumeCanary'
  | 'rollbackCanary'
  | 'setLabel'
  | 'setTraffic'
  | 'startCanary'
>;

/** Something that is asked of the daemon. */
export interface ChangeStep {
  /** Asks for it. Rejects with AdminError. */
  readonly run: (client: ChangeClient, origin: ChangeOrigin) => Promise<Model>;
  /** What is true now, from the model as it then is. A sentence. */
  readonly done: (after: Model) => string;
}

/** A change, and what can be done about it afterwards. */
export interface Change extends ChangeStep {
  /** Asked before; undefined where nothing is asked, since no traffic changes. */
  readonly question: ChangeQuestion | undefined;
  /** Offered afterwards. */
  readonly next: (ChangeStep & { readonly title: string }) | undefined;
}

/** What is asked before a change. */
export interface ChangeQuestion {
  readonly text: string;
  /** What changes for requests. */
  readonly effect: string;
  /** The button that does it. */
  readonly action: string;
}
