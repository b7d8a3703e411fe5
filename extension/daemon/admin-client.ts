// The client of the daemon's administration API (protos/perch/admin/v1/admin.proto).
import { randomUUID } from 'node:crypto';
import { serviceMethods, type MessageInput, type MessageOutput } from '../../protos/messages.ts';
import type { Disposable } from '../signal.ts';
import { modelFromWire, stateEventFromWire, type StateEvent } from '../state/from-wire.ts';
import type { Model } from '../state/model.ts';
import type { RateSource } from '../state/rate-feed.ts';
import type { StateSource } from '../state/state-stream.ts';
import { ratesFromWire, shareToWire, type RequestRate } from '../state/traffic-from-wire.ts';
import type { TrafficShare } from '../state/traffic.ts';
import { AdminChannel, type AdminEndpoint } from './admin-channel.ts';

const methods = serviceMethods('perch.admin.v1.Admin');

/** Deadlines, milliseconds. A load answers when it is done, and a large model takes its time. */
const readTimeoutMs = 10_000;
const loadTimeoutMs = 10 * 60_000;
const predictTimeoutMs = 60_000;
const changeTimeoutMs = 30_000;

/** How the live request rates are asked for: often, and over few seconds. */
const rates = { windowSeconds: 5, intervalMs: 1_000 };

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

/** What the file of a version says of itself. */
export type ModelFile = MessageOutput<'perch.admin.v1.GetModelFileResponse'>;

/** What became of a version that was converted. */
export type ConversionReport = MessageOutput<'perch.admin.v1.GetConversionReportResponse'>;

/** A part of an exported model. */
export interface OnnxPart {
  readonly chunk: Uint8Array;
  /** Bytes of the whole file; 0 but in the first part. */
  readonly totalBytes: number;
}

/** What the daemon says about itself. */
export type ServerInfo = MessageOutput<'perch.admin.v1.GetServerInfoResponse'>;

/** One connection. Every call rejects with AdminError; aborting its signal cancels it (CANCELLED). */
export class AdminClient implements StateSource, RateSource, Disposable {
  /** The same connection, for what has a reader of its own (the panels). */
  readonly channel: AdminChannel;

  constructor(endpoint: AdminEndpoint) {
    this.channel = new AdminChannel(endpoint);
  }

  getServerInfo(signal?: AbortSignal): Promise<ServerInfo> {
    return this.channel.call(methods.GetServerInfo, {}, readTimeoutMs, signal);
  }

  /** Settles when the version is available; the model is given as it then is. */
  async loadVersion(model: string, version: string, signal?: AbortSignal): Promise<Model | undefined> {
    const answer = await this.channel.call(methods.LoadVersion, { model, version }, loadTimeoutMs, signal);
    return answer.model ? modelFromWire(answer.model) : undefined;
  }

  /** Settles when no request runs on the version any more; the model is given as it then is. */
  async unloadVersion(model: string, version: string, signal?: AbortSignal): Promise<Model | undefined> {
    const answer = await this.channel.call(methods.UnloadVersion, { model, version }, loadTimeoutMs, signal);
    return answer.model ? modelFromWire(answer.model) : undefined;
  }

  /** A sample for `version`, or for the version that answers requests which name none. */
  async getSample(model: string, version?: string, signal?: AbortSignal): Promise<Sample> {
    const request = { model, version: version ?? '0' };
    const {
      json,
      curl,
      version: used,
    } = await this.channel.call(methods.GetSampleRequest, request, readTimeoutMs, signal);
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
    const answer = await this.channel.call(methods.PredictJson, request, predictTimeoutMs, signal);
    return {
      json: answer.json.toString('utf8'),
      version: answer.version,
      engineMicroseconds: answer.engineUs,
    };
  }

  /** What each version of the model did over the last minute. */
  async getStatistics(model: string): Promise<readonly VersionStatistics[]> {
    return (await this.channel.call(methods.GetStatistics, { model }, readTimeoutMs)).versions;
  }

  /** What the model file of a version on disk says of itself. */
  getModelFile(model: string, version: string): Promise<ModelFile> {
    return this.channel.call(methods.GetModelFile, { model, version }, readTimeoutMs);
  }

  getConversionReport(model: string, version: string): Promise<ConversionReport> {
    return this.channel.call(methods.GetConversionReport, { model, version }, readTimeoutMs);
  }

  /** A signature of a converted version as one ONNX file, in pieces. */
  async *exportOnnx(
    model: string,
    version: string,
    signatureName: string,
    signal: AbortSignal,
  ): AsyncGenerator<OnnxPart> {
    const request = { model, version, signatureName };
    for await (const { chunk, totalBytes } of this.channel.stream(methods.ExportOnnx, request, signal)) {
      yield { chunk, totalBytes: Number(totalBytes) };
    }
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
    return changed(await this.channel.call(methods.SetLabel, request, changeTimeoutMs + waitMs));
  }

  async deleteLabel(model: string, label: string, origin: ChangeOrigin): Promise<Model> {
    const request = { model, label, mutation: mutationOf(origin) };
    return changed(await this.channel.call(methods.DeleteLabel, request, changeTimeoutMs));
  }

  /** Splits the requests that name neither version nor label. No shares: no split. */
  async setTraffic(
    model: string,
    shares: readonly Pick<TrafficShare, 'target' | 'percent'>[],
    origin: ChangeOrigin,
  ): Promise<Model> {
    const request = { model, shares: shares.map(shareToWire), mutation: mutationOf(origin) };
    return changed(await this.channel.call(methods.SetTraffic, request, changeTimeoutMs));
  }

  async startCanary(model: string, version: string, plan: PlanInput, origin: ChangeOrigin): Promise<Model> {
    const request = { model, version, plan, mutation: mutationOf(origin) };
    return changed(await this.channel.call(methods.StartCanary, request, changeTimeoutMs));
  }

  async pauseCanary(model: string, origin: ChangeOrigin): Promise<Model> {
    const request = { model, mutation: mutationOf(origin) };
    return changed(await this.channel.call(methods.PauseCanary, request, changeTimeoutMs));
  }

  async resumeCanary(model: string, origin: ChangeOrigin): Promise<Model> {
    const request = { model, mutation: mutationOf(origin) };
    return changed(await this.channel.call(methods.ResumeCanary, request, changeTimeoutMs));
  }

  async promoteCanary(model: string, origin: ChangeOrigin): Promise<Model> {
    const request = { model, mutation: mutationOf(origin) };
    return changed(await this.channel.call(methods.PromoteCanary, request, changeTimeoutMs));
  }

  async rollbackCanary(model: string, origin: ChangeOrigin): Promise<Model> {
    const request = { model, mutation: mutationOf(origin) };
    return changed(await this.channel.call(methods.RollbackCanary, request, changeTimeoutMs));
  }

  async *watchState(signal: AbortSignal): AsyncGenerator<StateEvent> {
    for await (const message of this.channel.stream(methods.WatchState, {}, signal)) {
      yield stateEventFromWire(message);
    }
  }

  /** What is done from now on, by whom and why. */
  async *watchEvents(signal: AbortSignal): AsyncGenerator<AdminEvent> {
    for await (const { event } of this.channel.stream(methods.WatchEvents, { backlog: 0 }, signal)) {
      if (event !== null) {
        yield event;
      }
    }
  }

  async *watchRates(signal: AbortSignal): AsyncGenerator<readonly RequestRate[]> {
    for await (const message of this.channel.stream(methods.WatchStatistics, rates, signal)) {
      yield ratesFromWire(message);
    }
  }

  /** Closes the connection; calls that are under way end first. */
  dispose(): void {
    this.channel.dispose();
  }
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
