// The composition root: puts sources, lifecycle, engine, APIs and listeners together, and takes them down again.
import { setMaxListeners } from 'node:events';
import manifest from '../package.json' with { type: 'json' };
import { openAccess } from './access.ts';
import { adminService } from './apis/admin/admin-service.ts';
import { Holders, holdMethod } from './apis/admin/hold.ts';
import { diagnoseMethods } from './apis/admin/diagnose-methods.ts';
import { networkMethods } from './apis/admin/network-methods.ts';
import { recordMethods } from './apis/admin/record-connection.ts';
import { healthService } from './apis/health.ts';
import type { Method } from './apis/method.ts';
import { reflectionService } from './apis/reflection.ts';
import { healthRoutes } from './apis/rest/health-routes.ts';
import { answerRest } from './apis/rest/rest-api.ts';
import type { Serving } from './apis/serving.ts';
import { modelService } from './apis/tensorflow-serving/model-service.ts';
import { predictionService } from './apis/tensorflow-serving/prediction-service.ts';
import { ActiveConfig } from './active-config.ts';
import { decideBind, tellExposure } from './bind-decision.ts';
import {
  loadModelServerConfig,
  parseModelServerConfig,
  singleModelConfig,
  type ModelServerConfig,
} from './config/model-server-config.ts';
import { openConvertedModels } from './converted-models.ts';
import { createLoader } from './create-loader.ts';
import { whenAborted } from './deadline.ts';
import { TrialLoader } from './engine/first-open.ts';
import { readGpuFacts } from './engine/providers/gpu-facts.ts';
import { PerchError } from './errors.ts';
import { EngineWatch } from './health/engine-watch.ts';
import { Health } from './health/health.ts';
import { followTls } from './follow-tls.ts';
import { modelSettingsFile } from './model-settings-file.ts';
import { ModelManager } from './lifecycle/model-manager.ts';
import { defaultVersionPolicy } from './lifecycle/version-policy.ts';
import { RequestLimits } from './limits/request-limits.ts';
import type { Logger } from './log.ts';
import { openEngine } from './open-engine.ts';
import { openTraffic } from './open-traffic.ts';
import { serverFacts } from './server-facts.ts';
import { openGrpcListener, type GrpcListener, type Listener } from './net/grpc-listener.ts';
import { listenRest, type RouteAnswer } from './net/rest-listener.ts';
import { checkPortSharing } from './net/threads/port-sharing.ts';
import { readTlsFile } from './net/tls-config.ts';
import { ConnectionMetrics } from './observe/connection-metrics.ts';
import { LoopDelay } from './observe/loop-delay.ts';
import { ResourceWatch } from './observe/resource-watch.ts';
import { LoadMetrics } from './observe/load-metrics.ts';
import { loadMonitoringConfig } from './observe/monitoring-config.ts';
import { RequestMetrics, type MetricsPage } from './observe/request-metrics.ts';
import { RestRefusals } from './observe/rest-refusals.ts';
import type { ModelsSource, PortChoice, ServeOptions } from './options/serve-options.ts';
import { followFile } from './source/file-follower.ts';
import type { ListenerExposure } from './net/exposure.ts';
import { ownConnectionRules } from './own-connection-facts.ts';
import type { CloseCounts } from './wire/socket/close-tally.ts';
import { ModelSource, type SourceTarget } from './source/model-source.ts';

/** The version of the admin API and of the ready line; goes up when either changes incompatibly. */
export const apiVersion = 1;

/** The version of this package. */
export const perchVersion: string = manifest.version;

/** A process ends at once, but a thread only after its run: after the time to stop, so long is waited. Milliseconds. */
const engineEndMs = 1000;

/** A configuration that is read from its file again waits this long for its models: milliseconds. */
const fileReloadWaitMs = 5 * 60_000;

/** What a server needs beside its options. */
export interface ServerEnvironment {
  /** The bundled program of an engine host. */
  readonly engineWorkerFile: string;
  /** The bundled program of a network thread. */
  readonly networkThreadFile: string;
  /** The admin API's bearer token. */
  readonly token: string;
  readonly log: Logger;
  /** Begins the end of the process, as a signal does. */
  readonly shutDown: () => void;
}

/** A server that listens. */
export interface PerchServer {
  /** Empty where gRPC is on a UNIX socket alone. */
  readonly grpcAddress: string;
  /** Empty where REST is off. */
  readonly restAddress: string;
  readonly manager: ModelManager;
  /** Who keeps it serving when the program that started it is gone. */
  readonly holders: Holders;
  /** Refuses new work, lets what is in flight finish, and ends everything; `force` cuts the waiting short. */
  stop(force: AbortSignal): Promise<void>;
}

/**
 * Starts a server: opens the listeners first, so that a taken port is known before any model is loaded, then takes the
 * first look at the models. Models load on after it resolves. Rejects with PORT_TAKEN, ADDRESS_INVALID,
 * MODELS_DIRECTORY_MISSING, CONFIG_INVALID or OPTION_INVALID (for this machine); nothing is left running then.
 */
export async function createServer(
  options: ServeOptions,
  environment: ServerEnvironment,
): Promise<PerchServer> {
  const { log, token } = environment;
  checkPortSharing(options.networkThreads, process);
  const config = await readConfig(options.models);
  const tlsFile = options.sslConfigFile === undefined ? undefined : await readTlsFile(options.sslConfigFile);
  const tls = tlsFile?.config;
  const decision = decideBind(options, config?.address, tls, log);
  const converted = await openConvertedModels(options.conversion.place);
  const { engine, providers } = openEngine(options, environment.engineWorkerFile, converted.directory, log);
  // From here on there are processes: whatever fails, they are ended.
  const cleanUp: ((force: AbortSignal) => Promise<void>)[] = [];
  const draining = new AbortController();
  // Every open stream listens for it.
  setMaxListeners(0, draining.signal);
  const stop = async (force: AbortSignal): Promise<void> => {
    draining.abort();
    const forced = whenAborted(force);
    for (const step of cleanUp.toReversed()) {
      // Forced, no step is waited for: a hung network file system must not keep the process. The next step comes anyway.
      await Promise.race([step(force), forced]).catch((reason: unknown) =>
        log.error('a step of the shutdown failed', {}, reason),
      );
    }
    providers.stop();
    // Killed with what runs in them: a run that never ends must not keep the process.
    await Promise.race([engine.stop(), afterAborted(force, engineEndMs)]);
    await converted
      .close()
      .catch((reason: unknown) => log.error('the temporary directory of converted models stays', {}, reason));
  };

  try {
    const { requirePredictToken, insecureBind, tokenFile } = options;
    // TensorFlow Serving lets everybody reload. Whoever can name a path to serve from afar could do more than predict.
    const openReload = !requirePredictToken && (!decision.isReachable || insecureBind);
    const access = await openAccess({ rules: { requirePredictToken, openReload }, token, tokenFile, log });
    cleanUp.push(() => access.stop());
    const loopDelay = new LoopDelay();
    cleanUp.push(() => {
      loopDelay.stop();
      return Promise.resolve();
    });
    const loadMetrics = new LoadMetrics();
    const manager = new ModelManager(
      await createLoader(options, { main: engine, trial: new TrialLoader(engine) }, log, loadMetrics),
      log.child('lifecycle'),
      {
        settings: {
          maxLoadRetries: options.maxLoadRetries,
          retryIntervalMs: options.loadRetryIntervalMs,
          unloadGraceMs: options.unloadGraceMs === 0 ? Infinity : options.unloadGraceMs,
        },
        rules: {
          policy: defaultVersionPolicy,
          transition: options.versionPolicyTransition,
          keepLast: options.servableVersionsAlwaysPresent,
        },
        immediateLabels: options.allowLabelsForUnavailable,
      },
    );
    cleanUp.push(() => manager.dispose());
    const source = new ModelSource({
      target: toSourceTarget(options.models, config),
      pollIntervalMs: options.pollIntervalMs,
      log: log.child('source'),
      settingsFile: modelSettingsFile(log.child('config')),
      prefersTflite: options.conversion.prefersTflite,
      // The source is started when the traffic is there.
      found: (models) => {
        traffic.found(models);
      },
    });
    cleanUp.push(() => source.stop());
    const retarget = source.retarget.bind(source);
    const active =
      config === undefined
        ? undefined
        : new ActiveConfig(config, { manager, retarget, log: log.child('config') });

    const traffic = await openTraffic(options.models, manager, active, log.child('traffic'));
    cleanUp.push(traffic.stop);
    const connectionMetrics = new ConnectionMetrics();
    const restRefusals = new RestRefusals();
    const metrics = new RequestMetrics(manager, loadMetrics, loopDelay, connectionMetrics, restRefusals);
    const limits = RequestLimits.from(options.limits, (name) => manager.view(name) !== undefined);
    const serving: Serving = {
      manager,
      observer: metrics,
      traffic: traffic.traffic.requests,
      routingKeys: options.routingKeys,
      checksMethodNames: options.conversion.checksMethodNames,
      ...(limits === undefined ? {} : { limits, tokenName: access.tokenName }),
    };
    const addresses = { grpc: '', rest: '' };
    const facts = serverFacts({
      options,
      engine,
      devices: () => providers.devices(),
      loopDelay,
      addresses,
      draining: draining.signal,
      versions: { api: apiVersion, version: perchVersion },
    });
    const engineWatch = new EngineWatch(() => engine.facts(), options.engineStuckMs);
    cleanUp.push(() => {
      engineWatch.stop();
      return Promise.resolve();
    });
    const health = new Health({
      manager,
      rules: options.readiness,
      draining: draining.signal,
      stuck: () => engineWatch.stuck(),
    });
    const resources = new ResourceWatch({
      enginePids: () => engine.facts().map(({ pid }) => pid),
      gpus: () => readGpuFacts(draining.signal),
    });
    cleanUp.push(() => {
      resources.stop();
      return Promise.resolve();
    });
    // Filled in as the listeners open.
    const network: {
      exposure: readonly ListenerExposure[];
      connections: GrpcListener['connections'] | undefined;
      closes: CloseCounts | undefined;
    } = { exposure: [], connections: undefined, closes: undefined };
    const ownRules = ownConnectionRules(options.grpcTransport, options.grpcChannelArguments);
    const holders = new Holders();
    const services: Method[] = [
      ...predictionService(serving, { asTensorContent: options.tensorContentOutputs }),
      ...modelService(manager, active),
      ...healthService(health),
      ...adminService({
        serving,
        config: active,
        facts,
        traffic: traffic.traffic,
        shutDown: environment.shutDown,
      }),
      holdMethod(holders, draining.signal),
      ...networkMethods({
        health,
        audit: access.audit,
        resources,
        exposure: () => network.exposure,
        connections: () => network.connections?.(),
        grpcTransport: options.grpcTransport,
        rules: ownRules,
        closes: () => network.closes,
        limits: options.limits,
        refusals: () => metrics.refusals(),
      }),
      ...diagnoseMethods(() => ({ ...ownRules.server, worstStallMs: loopDelay.longestMs() })),
      ...recordMethods(() => addresses.grpc, draining.signal),
    ];
    const names = new Set(services.map(({ path }) => path.split('/')[1] ?? ''));

    const listeners: Listener[] = [];
    cleanUp.push(async (force) => {
      await Promise.all(listeners.map((listener) => listener.close(force)));
    });
    const grpcListener = await openGrpcListener({
      methods: access.guard([...services, ...reflectionService([...names])]),
      ...decision.bind,
      port: toNumber(options.grpcPort),
      socketPath: options.grpcSocketPath,
      tls,
      transport: options.grpcTransport,
      threads:
        options.networkThreads === 1
          ? undefined
          : { count: options.networkThreads, programFile: environment.networkThreadFile, sharesPort: true },
      channelArguments: options.grpcChannelArguments,
      restAddress: () => addresses.rest,
      loopDelay: () => loopDelay.longestMs(),
      log: log.child('grpc'),
    });
    listeners.push(grpcListener);
    addresses.grpc = grpcListener.address;
    const restPort = toNumber(options.restPort);
    let restListener: Listener | undefined;
    if (restPort !== undefined) {
      const probes = healthRoutes(health);
      const monitoring = await monitoringRoutes(options.monitoringConfigFile, metrics);
      restListener = await listenRest({
        ...decision.bind,
        tls: options.restSsl ? tls : undefined,
        refused: (reason) => restRefusals.count(reason),
        guard: access.restGuard({ open: new Set(probes.keys()), metrics: new Set(monitoring.keys()) }),
        port: restPort,
        maxBodyBytes: options.restMaxBodyBytes,
        timeoutMs: options.restTimeoutMs,
        cors: options.restCors,
        allowedHosts: options.allowedHosts,
        slowReadMs: options.restSlowReadMs,
        maxConnections: options.restMaxConnections,
        routingKeyHeader: options.routingKeys.header,
        routes: new Map<string, (query: string) => RouteAnswer>([...probes, ...monitoring]),
        grpcAddress: () => addresses.grpc,
        answer: (request) => answerRest(serving, request),
        log: log.child('rest'),
      });
      listeners.push(restListener);
      addresses.rest = restListener.address;
      grpcListener.restOpened();
    }
    network.connections = grpcListener.connections;
    network.closes = grpcListener.closes;
    connectionMetrics.follow(options.grpcTransport, grpcListener.closes);
    network.exposure = decision.exposure(grpcListener, restListener);
    tellExposure(network.exposure, log.child('exposure'));
    if (tlsFile !== undefined) {
      cleanUp.push(followTls(tlsFile, listeners, log.child('tls')));
    }
    await source.start();
    traffic.resume(draining.signal);
    if (active !== undefined && options.models.kind === 'config-file' && options.configPollMs > 0) {
      cleanUp.push(followConfig(options.models.file, options.configPollMs, active, log.child('config')));
    }
    return { grpcAddress: addresses.grpc, restAddress: addresses.rest, manager, holders, stop };
  } catch (reason) {
    await stop(AbortSignal.abort());
    throw reason;
  }
}

/** Resolves so many milliseconds after `signal` has fired. */
async function afterAborted(signal: AbortSignal, ms: number): Promise<void> {
  await whenAborted(signal);
  await new Promise((resolve) => setTimeout(resolve, ms).unref());
}

/** Applies the file's text whenever it changed; what is wrong with it is logged, and nothing changes then. */
function followConfig(file: string, pollMs: number, active: ActiveConfig, log: Logger): () => Promise<void> {
  return followFile(file, active.current.config.text, pollMs, log, (text) => {
    if (active.knows(text)) {
      // What the daemon itself wrote there and has applied.
      return;
    }
    const apply = async (): Promise<void> => {
      const outcomes = await active.apply(parseModelServerConfig(text, file), {
        waitMs: fileReloadWaitMs,
        signal: new AbortController().signal,
        isOfFile: true,
      });
      for (const { name, error } of outcomes.filter((outcome) => outcome.error !== '')) {
        log.warning('a model of the new configuration is not well', { model: name, reason: error });
      }
    };
    apply().catch((reason: unknown) => log.error(PerchError.from(reason).message, { file }));
  });
}

async function monitoringRoutes(
  file: string | undefined,
  metrics: RequestMetrics,
): Promise<ReadonlyMap<string, () => MetricsPage>> {
  const endpoint = file === undefined ? undefined : await loadMonitoringConfig(file);
  return endpoint?.enable === true ? new Map([[endpoint.path, () => metrics.page()]]) : new Map();
}

function toNumber(port: PortChoice): number | undefined {
  return port === 'auto' ? 0 : port;
}

/** The configuration by name; undefined where a directory is the configuration. */
async function readConfig(models: ModelsSource): Promise<ModelServerConfig | undefined> {
  switch (models.kind) {
    case 'directory':
      return undefined;
    case 'config-file':
      return loadModelServerConfig(models.file);
    case 'single':
      return singleModelConfig(models.name, models.basePath);
  }
}

function toSourceTarget(models: ModelsSource, config: ModelServerConfig | undefined): SourceTarget {
  return models.kind === 'directory'
    ? { kind: 'directory', directory: models.directory }
    : { kind: 'models', models: config?.models ?? [] };
}
