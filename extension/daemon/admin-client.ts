// The client of the daemon's administration API (protos/perch/admin/v1/admin.proto).
import { randomUUID } from 'node:crypto';
import { Client, Metadata, credentials, type CallOptions } from '@grpc/grpc-js';
import { serviceMethods, type MessageInput, type MessageOutput } from '../../protos/messages.ts';
import type { Disposable } from '../signal.ts';
import { modelFromWire, stateEventFromWire, type StateEvent } from '../state/from-wire.ts';
import type { Model } from '../state/model.ts';
import type { RateSource } from '../state/rate-feed.ts';
import type { StateSource } from '../state/state-stream.ts';
import { ratesFromWire, shareToWire, type RequestRate } from '../state/traffic-from-wire.ts';
import type { TrafficShare } from '../state/traffic.ts';
import { AdminError, toAdminError } from './admin-error.ts';

const methods = serviceMethods('perch.admin.v1.Admin');

/** Deadlines, milliseconds. A load answers when it is done, and a large model takes its time. */
const readTimeoutMs = 10_000;
const loadTimeoutMs = 10 * 60_000;
const predictTimeoutMs = 60_000;
const changeTimeoutMs = 30_000;

/** How the live request rates are asked for: often, and over few seconds. */
const rates = { windowSeconds: 5, intervalMs: 1_000 };

/** Answers are as large as models make them; the daemon has limits of its own. Bytes. */
const maxAnswerBytes = 256 * 1024 * 1024;

/** A request that a model accepts. */
export interface Sample {
  readonly json: string;
  /** A POSIX shell command; empty where REST is off. */
  readonly curl: string;
  /** The version whose signature was used. */
  readonly version: string;
}

/** An answer of a model. */
export interface Prediction {
  /** TensorFlow Serving's JSON, which may hold a bare NaN or Infinity: not always JSON. */
  readonly json: string;
  readonly version: string;
  readonly engineMicroseconds: number;
}

/** What a change of labels, traffic or canary was made from, and why. */
export interface ChangeOrigin {
  /** The Model.resourceVersion that was seen: the daemon refuses (ABORTED) where it has moved on. */
  readonly resourceVersion: string;
  /** For the event log; may be empty. */
  readonly reason: string;
}

/** How a canary is brought to all traffic; what is absent is left to the daemon. */
export type PlanInput = MessageInput<'perch.admin.v1.CanaryPlan'>;

/** Something that was done. */
export type AdminEvent = MessageOutput<'perch.admin.v1.Event'>;

/** What a version did over the last minute. */
export type VersionStatistics = MessageOutput<'perch.admin.v1.VersionStatistics'>;

/** What the daemon says about itself. */
export type ServerInfo = MessageOutput<'perch.admin.v1.GetServerInfoResponse'>;

/** Where the daemon is, and the token of its ready line. */
export interface AdminEndpoint {
  readonly grpcAddress: string;
  readonly token: string;
}

/** One connection. Every call rejects with AdminError; aborting its signal cancels it (CANCELLED). */
export class AdminClient implements StateSource, RateSource, Disposable {
  readonly #client: Client;
  readonly #metadata = new Metadata();

  constructor(endpoint: AdminEndpoint) {
    this.#client = new Client(endpoint.grpcAddress, credentials.createInsecure(), {
      // A proxy of the environment must not get what goes to this machine itself.
      'grpc.enable_http_proxy': 0,
      'grpc.keepalive_time_ms': 20_000,
      'grpc.keepalive_timeout_ms': 5_000,
      'grpc.max_receive_message_length': maxAnswerBytes,
      'grpc.service_config_disable_resolution': 1,
    });
    this.#metadata.set('authorization', `Bearer ${endpoint.token}`);
  }

  getServerInfo(signal?: AbortSignal): Promise<ServerInfo> {
    return this.#call(methods.GetServerInfo, {}, readTimeoutMs, signal);
  }

  /** Settles when the version is available; the model is given as it then is. */
  async loadVersion(model: string, version: string, signal?: AbortSignal): Promise<Model | undefined> {
    const answer = await this.#call(methods.LoadVersion, { model, version }, loadTimeoutMs, signal);
    return answer.model ? modelFromWire(answer.model) : undefined;
  }

  /** Settles when no request runs on the version any more; the model is given as it then is. */
  async unloadVersion(model: string, version: string, signal?: AbortSignal): Promise<Model | undefined> {
    const answer = await this.#call(methods.UnloadVersion, { model, version }, loadTimeoutMs, signal);
    return answer.model ? modelFromWire(answer.model) : undefined;
  }

  /** A sample for `version`, or for the version that answers requests which name none. */
  async getSample(model: string, version?: string, signal?: AbortSignal): Promise<Sample> {
    const request = { model, version: version ?? '0' };
    const {
      json,
      curl,
      version: used,
    } = await this.#call(methods.GetSampleRequest, request, readTimeoutMs, signal);
    return { json, curl, version: used };
  }

  /** Sends `json`, a body for `POST /v1/models/<model>:predict`. */
  async predictJson(
    model: string,
    version: string | undefined,
    json: string,
    signal?: AbortSignal,
  ): Promise<Prediction> {
    const request = { model, version: version ?? '0', json: Buffer.from(json, 'utf8') };
    const answer = await this.#call(methods.PredictJson, request, predictTimeoutMs, signal);
    return {
      json: answer.json.toString('utf8'),
      version: answer.version,
      engineMicroseconds: answer.engineUs,
    };
  }

  /** What each version of the model did over the last minute. */
  async getStatistics(model: string): Promise<readonly VersionStatistics[]> {
    return (await this.#call(methods.GetStatistics, { model }, readTimeoutMs, undefined)).versions;
  }

  /** Gives a label to a version, which is waited for at most `waitMs`, 0 to 3600000. The model is given as it then is. */
  async setLabel(
    model: string,
    label: string,
    version: string,
    waitMs: number,
    origin: ChangeOrigin,
  ): Promise<Model> {
    const request = { model, label, version, waitMs, mutation: mutationOf(origin) };
    return changed(await this.#call(methods.SetLabel, request, changeTimeoutMs + waitMs, undefined));
  }

  async deleteLabel(model: string, label: string, origin: ChangeOrigin): Promise<Model> {
    const request = { model, label, mutation: mutationOf(origin) };
    return changed(await this.#call(methods.DeleteLabel, request, changeTimeoutMs, undefined));
  }

  /** Splits the requests that name neither version nor label. No shares: no split. */
  async setTraffic(
    model: string,
    shares: readonly Pick<TrafficShare, 'target' | 'percent'>[],
    origin: ChangeOrigin,
  ): Promise<Model> {
    const request = { model, shares: shares.map(shareToWire), mutation: mutationOf(origin) };
    return changed(await this.#call(methods.SetTraffic, request, changeTimeoutMs, undefined));
  }

  async startCanary(model: string, version: string, plan: PlanInput, origin: ChangeOrigin): Promise<Model> {
    const request = { model, version, plan, mutation: mutationOf(origin) };
    return changed(await this.#call(methods.StartCanary, request, changeTimeoutMs, undefined));
  }

  async pauseCanary(model: string, origin: ChangeOrigin): Promise<Model> {
    const request = { model, mutation: mutationOf(origin) };
    return changed(await this.#call(methods.PauseCanary, request, changeTimeoutMs, undefined));
  }

  async resumeCanary(model: string, origin: ChangeOrigin): Promise<Model> {
    const request = { model, mutation: mutationOf(origin) };
    return changed(await this.#call(methods.ResumeCanary, request, changeTimeoutMs, undefined));
  }

  async promoteCanary(model: string, origin: ChangeOrigin): Promise<Model> {
    const request = { model, mutation: mutationOf(origin) };
    return changed(await this.#call(methods.PromoteCanary, request, changeTimeoutMs, undefined));
  }

  async rollbackCanary(model: string, origin: ChangeOrigin): Promise<Model> {
    const request = { model, mutation: mutationOf(origin) };
    return changed(await this.#call(methods.RollbackCanary, request, changeTimeoutMs, undefined));
  }

  async *watchState(signal: AbortSignal): AsyncGenerator<StateEvent> {
    for await (const message of this.#stream(methods.WatchState, {}, signal)) {
      yield stateEventFromWire(message);
    }
  }

  /** What is done from now on, by whom and why. */
  async *watchEvents(signal: AbortSignal): AsyncGenerator<AdminEvent> {
    for await (const { event } of this.#stream(methods.WatchEvents, { backlog: 0 }, signal)) {
      if (event !== null) {
        yield event;
      }
    }
  }

  async *watchRates(signal: AbortSignal): AsyncGenerator<readonly RequestRate[]> {
    for await (const message of this.#stream(methods.WatchStatistics, rates, signal)) {
      yield ratesFromWire(message);
    }
  }

  /** Closes the connection; calls that are under way end first. */
  dispose(): void {
    this.#client.close();
  }

  async *#stream<Request, Answer>(
    method: Method<Request, Answer>,
    request: Request,
    signal: AbortSignal,
  ): AsyncGenerator<Answer> {
    const call = this.#client.makeServerStreamRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
      this.#metadata,
    );
    const cancel = (): void => call.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    if (signal.aborted) {
      cancel();
    }
    try {
      yield* call as AsyncIterable<Answer>;
    } catch (reason) {
      throw toAdminError(reason);
    } finally {
      signal.removeEventListener('abort', cancel);
      call.cancel();
    }
  }

  #call<Request, Answer>(
    method: Method<Request, Answer>,
    request: Request,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    const options: CallOptions = { deadline: Date.now() + timeoutMs };
    return new Promise((resolve, reject) => {
      const call = this.#client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        request,
        this.#metadata,
        options,
        (error, answer) => {
          signal?.removeEventListener('abort', cancel);
          if (error !== null) {
            reject(new AdminError(error));
          } else if (answer === undefined) {
            reject(new Error('The server answered without a message.'));
          } else {
            resolve(answer);
          }
        },
      );
      const cancel = (): void => call.cancel();
      signal?.addEventListener('abort', cancel, { once: true });
      if (signal?.aborted === true) {
        cancel();
      }
    });
  }
}

/** What a call needs of a method of protos/messages.ts. */
interface Method<Request, Answer> {
  readonly path: string;
  readonly requestSerialize: (request: Request) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Answer;
}

/** The editor's part of a change. A request id of its own lets the daemon tell a repetition from a second change. */
function mutationOf({ resourceVersion, reason }: ChangeOrigin): MessageInput<'perch.admin.v1.Mutation'> {
  return { requestId: randomUUID(), expectedResourceVersion: resourceVersion, actor: 'vscode', reason };
}

function changed({ model }: Pick<MessageOutput<'perch.admin.v1.SetLabelResponse'>, 'model'>): Model {
  if (model === null) {
    throw new Error('The server answered without a model.');
  }
  return modelFromWire(model);
}
