// A network thread as the main thread sees it.
import { Worker } from 'node:worker_threads';
import type { Method } from '../../apis/method.ts';
import { whenAborted } from '../../deadline.ts';
import type { PerchError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { ConnectionLists } from '../connection-lists.ts';
import { failureError, causeText } from './call-failure.ts';
import { CallLink, makeLink } from './call-link.ts';
import { CallService } from './call-service.ts';
import type { FromThread, ThreadCloses, ThreadSettings, ToThread } from './thread-messages.ts';

/** What a thread is given beside its settings. */
export interface ThreadHost {
  /** The bundled thread-program.ts. */
  readonly programFile: string;
  /** By their paths. */
  readonly methods: ReadonlyMap<string, Method>;
  readonly log: Logger;
  /** Once; `failure`: what it could not go on after, with its stack; empty where it was closed. */
  readonly ended: (failure: string) => void;
}

const noLists: ConnectionLists = { open: [], closed: [] };

/** A thread that does not say within so long which connections it has is left out, milliseconds. */
const lookMs = 2000;

/** Threads that are forced to close may take so long to say goodbye to their clients, milliseconds. */
const farewellMs = 500;

/** Started with its making. */
export class NetworkThread {
  readonly #worker: Worker;
  readonly #host: ThreadHost;
  readonly #link: CallLink;
  readonly #calls: CallService;
  readonly #looks = new Map<number, (lists: ConnectionLists) => void>();
  #lastLook = 0;
  #failure = '';
  #closes: ThreadCloses = { open: 0, byCause: new Map() };
  #listens: (addresses: readonly string[]) => void = () => undefined;
  #fails: (reason: PerchError) => void = () => undefined;
  #isOver: () => void = () => undefined;
  /** Where it listens (host:port). Rejects with PORT_TAKEN or ADDRESS_INVALID; it ends then. */
  readonly listening = new Promise<readonly string[]>((resolve, reject) => {
    this.#listens = resolve;
    this.#fails = reject;
  });
  /** All its connections are closed. */
  readonly #over = new Promise<void>((resolve) => (this.#isOver = resolve));

  constructor(settings: Omit<ThreadSettings, 'link'>, host: ThreadHost) {
    this.#host = host;
    const [here, there] = makeLink();
    this.#link = new CallLink(here);
    this.#calls = new CallService(host.methods, this.#link, host.log);
    this.#worker = new Worker(host.programFile, {
      workerData: { ...settings, link: there },
      transferList: [there.bell, there.large],
      name: `network thread ${settings.index + 1}`,
    });
    this.#worker.on('message', (message: FromThread) => this.#received(message));
    this.#worker.on('error', (reason: unknown) => (this.#failure = causeText(reason)));
    this.#worker.once('exit', (code) => this.#exited(code));
  }

  /** As it told last. */
  get closes(): ThreadCloses {
    return this.#closes;
  }

  send(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  /** Its connections; none where it is gone, or hangs. */
  look(): Promise<ConnectionLists> {
    const look = ++this.#lastLook;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#seen(look, noLists), lookMs).unref();
      this.#looks.set(look, (lists) => {
        clearTimeout(timer);
        resolve(lists);
      });
      this.send({ kind: 'look', look });
    });
  }

  /** Takes no new connections; resolves when the calls in flight have ended, or soon when `force` fires. */
  async close(force: AbortSignal): Promise<void> {
    this.send({ kind: 'close' });
    await Promise.race([this.#over, whenAborted(force)]);
    if (force.aborted) {
      this.send({ kind: 'force' });
      const timer = setTimeout(this.#isOver, farewellMs);
      await this.#over;
      clearTimeout(timer);
      await this.#worker.terminate();
    }
  }

  #received(message: FromThread): void {
    switch (message.kind) {
      case 'log': {
        const { level, fields, cause } = message;
        if (level === 'error') {
          this.#host.log.error(message.message, fields, cause);
        } else {
          this.#host.log[level](message.message, fields);
        }
        break;
      }
      case 'listening':
        this.#listens(message.addresses);
        break;
      case 'failed':
        this.#fails(failureError(message.failure));
        break;
      case 'closes':
        this.#closes = message.closes;
        break;
      case 'connections':
        this.#seen(message.look, message.lists);
        break;
      case 'closed':
        this.#isOver();
        break;
    }
  }

  #seen(look: number, lists: ConnectionLists): void {
    this.#looks.get(look)?.(lists);
    this.#looks.delete(look);
  }

  #exited(code: number): void {
    this.#calls.lost();
    this.#link.close();
    this.#looks.forEach((_, look) => this.#seen(look, noLists));
    this.#fails(
      failureError({ code: 'INTERNAL', message: 'A network thread did not start.', cause: this.#failure }),
    );
    this.#isOver();
    this.#host.ended(this.#failure === '' && code !== 0 ? `it ended with code ${code}` : this.#failure);
  }
}
