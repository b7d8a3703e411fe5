// The program of a network thread: sockets, TLS, HTTP/2 and gRPC are here, and what is called is in the main thread.
import type { Socket } from 'node:net';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { Logger, LogFields, LogLevel } from '../../log.ts';
import { LoopDelay } from '../../observe/loop-delay.ts';
import { listConnections, shiftTimes } from '../connection-lists.ts';
import { openDoors, type Doors } from '../doors.ts';
import type { GrpcTransport } from '../grpc-transport.ts';
import { wireTransport } from '../wire-transport.ts';
import { causeText, toFailure } from './call-failure.ts';
import { CallForwarder } from './call-forwarder.ts';
import { CallLink } from './call-link.ts';
import { SharedCensus } from './shared-census.ts';
import { clockOriginMs, type FromThread, type ThreadSettings, type ToThread } from './thread-messages.ts';

/** Runs until it is closed. */
class NetworkThreadProgram {
  readonly #port: MessagePort;
  readonly #settings: ThreadSettings;
  readonly #log: Logger;
  readonly #loopDelay = new LoopDelay();
  readonly #link: CallLink;
  readonly #transport: GrpcTransport;
  readonly #force = new AbortController();
  #doors: Doors | undefined;
  #restAddress: string;
  #areClosesTold = true;
  readonly #tellCloses = (): void => {
    this.#areClosesTold = true;
    const { closes } = this.#transport;
    this.#send({ kind: 'closes', closes: { open: closes.open, byCause: closes.byCause() } });
  };

  constructor(port: MessagePort, settings: ThreadSettings) {
    this.#port = port;
    this.#settings = settings;
    this.#restAddress = settings.restAddress;
    this.#log = logTo((message) => this.#send(message));
    this.#link = new CallLink(settings.link);
    const { methods, tls, channelArguments, census, index, threads } = settings;
    this.#transport = wireTransport({
      methods: new CallForwarder(this.#link).methods(methods),
      ...{ tls, channelArguments },
      restAddress: () => this.#restAddress,
      loopDelay: () => this.#loopDelay.longestMs(),
      log: this.#log,
      census: new SharedCensus(census, index),
      shares: threads,
    });
    port.on('message', (message: ToThread) => this.#received(message));
  }

  /** Listens, and tells of it. Never rejects. */
  async open(): Promise<void> {
    const { bindAddress, moreAddresses, port, sharesPort } = this.#settings;
    try {
      this.#doors = await openDoors({
        ...{ bindAddress, moreAddresses, port, log: this.#log },
        ...this.#transport.doorOptions,
        reusePort: sharesPort,
        accept: (socket) => this.#accept(socket),
      });
      this.#send({ kind: 'listening', addresses: this.#doors.addresses });
    } catch (reason) {
      this.#send({ kind: 'failed', failure: toFailure(reason) });
      this.#end();
    }
  }

  #send(message: FromThread): void {
    this.#port.postMessage(message);
  }

  #received(message: ToThread): void {
    switch (message.kind) {
      case 'renew-tls':
        this.#transport.renewTls(message.tls);
        break;
      case 'rest-address':
        this.#restAddress = message.address;
        break;
      case 'look':
        this.#tellConnections(message.look);
        break;
      case 'close':
        void this.#close();
        break;
      case 'force':
        this.#force.abort();
        break;
    }
  }

  #accept(socket: Socket): void {
    this.#transport.accept(socket);
    this.#closesChanged();
    socket.once('close', () => this.#closesChanged());
  }

  /** Once for all that come and go within a turn. */
  #closesChanged(): void {
    if (this.#areClosesTold) {
      this.#areClosesTold = false;
      setImmediate(this.#tellCloses);
    }
  }

  #tellConnections(look: number): void {
    const { connections } = this.#transport;
    const lists = connections === undefined ? { open: [], closed: [] } : listConnections(connections);
    const lateBy = clockOriginMs() - this.#settings.clockOriginMs;
    this.#send({ kind: 'connections', look, lists: shiftTimes(lists, lateBy) });
  }

  async #close(): Promise<void> {
    this.#doors?.close();
    await this.#transport.close(this.#force.signal);
    this.#tellCloses();
    this.#send({ kind: 'closed' });
    this.#end();
  }

  /** Nothing keeps the thread any more. */
  #end(): void {
    this.#loopDelay.stop();
    this.#link.close();
    this.#port.close();
  }
}

/** The log of the main thread. */
function logTo(send: (message: FromThread) => void): Logger {
  const write =
    (level: LogLevel) =>
    (message: string, fields?: LogFields, cause?: unknown): void =>
      send({
        kind: 'log',
        ...{ level, message, fields },
        cause: cause === undefined ? undefined : causeText(cause),
      });
  const log: Logger = {
    debug: write('debug'),
    info: write('info'),
    warning: write('warning'),
    error: write('error'),
    child: () => log,
  };
  return log;
}

if (parentPort !== null) {
  void new NetworkThreadProgram(parentPort, workerData as ThreadSettings).open();
}
