// The other end of a live probe: this program's own transport on a private port, with the settings that are to be tried.
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { Method } from '../../apis/method.ts';
import { createLogger } from '../../log.ts';
import type { CloseCause } from '../../wire/close-cause.ts';
import { GrpcServer } from '../../wire/grpc/grpc-handler.ts';
import { defaultLimits } from '../../wire/http2/connection-limits.ts';
import { MemoryAccount } from '../../wire/http2/memory-account.ts';
import { processClock } from '../../wire/socket/timer-queue.ts';
import { WireListener } from '../../wire/socket/wire-listener.ts';
import type { ServerFacts, TrafficFacts } from '../keepalive/connection-facts.ts';
import { passed, type FastClock } from './fast-clock.ts';

/** What a probe calls: a call that is answered at once, and one that stays open. */
export const probeMethods = { call: '/perch.probe.Probe/Call', stream: '/perch.probe.Probe/Stream' } as const;

const memoryBytes = 2 ** 20;

/** Listens on 127.0.0.1 for one probe. */
export class ProbeServer implements AsyncDisposable {
  readonly port: number;
  readonly #listener: WireListener;
  readonly #close: () => Promise<void>;

  private constructor(port: number, listener: WireListener, close: () => Promise<void>) {
    this.port = port;
    this.#listener = listener;
    this.#close = close;
  }

  /** Opens one. All times of `server` and `traffic` are of `clock`. */
  static async open(server: ServerFacts, traffic: TrafficFacts, clock: FastClock): Promise<ProbeServer> {
    const silent = createLogger({ format: 'json', write: () => undefined }, 'probe');
    const memory = new MemoryAccount(memoryBytes);
    const grpc = new GrpcServer({
      methods: methodsOf(traffic, clock),
      log: silent,
      limits: { maxReceiveBytes: memoryBytes, maxSendBytes: memoryBytes },
      gate: { enter: () => undefined, leave: () => undefined },
      memory,
      clock: processClock,
      epochNow: Date.now,
      answerEncoding: 'identity',
    });
    const listener = new WireListener({
      protocol: { connected: (peer) => grpc.handlerFor(peer), drain: () => Promise.resolve() },
      settings: {
        limits: defaultLimits,
        timers: {
          keepaliveMs: server.keepaliveMs,
          keepaliveTimeoutMs: server.timeoutMs,
          maxIdleMs: server.idleMs,
          maxAgeMs: server.ageMs,
          maxAgeGraceMs: server.graceMs,
          // What has nothing to do with keepalive would run out at once on a clock that is this fast.
          prefaceMs: Infinity,
          settingsAckMs: Infinity,
          headerBlockMs: Infinity,
          writeMs: Infinity,
        },
        pings: {
          mode: server.pingPolicy,
          minIntervalMs: server.minPingIntervalMs,
          permitWithoutCalls: server.permitWithoutCalls,
          maxStrikes: server.maxPingStrikes,
        },
        maxConnections: 1,
      },
      memory,
      tls: undefined,
      restAddress: () => '',
      log: silent,
      clock,
    });
    const door = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => listener.accept(socket));
    door.listen(0, '127.0.0.1');
    await once(door, 'listening');
    const { port } = door.address() as AddressInfo;
    return new ProbeServer(port, listener, async () => {
      door.close();
      await listener.close(AbortSignal.abort());
    });
  }

  /** Why it closed the probe's connection, and when; undefined while that is open. */
  closed(): { readonly cause: CloseCause; readonly at: number } | undefined {
    const closed = this.#listener.connections.closed()[0];
    return closed === undefined ? undefined : { cause: closed.cause, at: closed.closedAt };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}

function methodsOf({ serverDataEveryMs }: TrafficFacts, clock: FastClock): Method[] {
  return [
    { kind: 'unary', path: probeMethods.call, handle: () => Promise.resolve(new Uint8Array(0)) },
    {
      kind: 'server-stream',
      path: probeMethods.stream,
      handle: async function* (_request, { signal }) {
        for (;;) {
          await passed(clock, serverDataEveryMs, signal);
          if (signal.aborted) {
            return;
          }
          yield new Uint8Array(0);
        }
      },
    },
  ];
}
