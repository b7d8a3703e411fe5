// What a person reads on the terminal once the models are up: addresses, models, and a command to try.
import { curlCommand } from './apis/admin/curl-command.ts';
import { sampleRequest } from './codec/sample-request.ts';
import type { PerchServer } from './create-server.ts';
import type { ModelView } from './lifecycle/model-manager.ts';
import type { VersionState } from './lifecycle/version-state.ts';
import type { ModelsSource, ServeOptions } from './options/serve-options.ts';

/** What the text says of gRPC beside the port, and whether REST is HTTPS. */
export type GrpcFacts = Pick<ServeOptions, 'grpcSocketPath' | 'sslConfigFile'> &
  Partial<Pick<ServeOptions, 'restSsl'>>;

/** The text, ending in a line break. */
export function welcomeText(
  { grpcAddress, restAddress, manager }: PerchServer,
  source: ModelsSource,
  grpc: GrpcFacts = {},
): string {
  const restUrl = restAddress === '' ? '' : `${grpc.restSsl === true ? 'https' : 'http'}://${restAddress}`;
  const models = manager.names().flatMap((name) => manager.view(name) ?? []);
  const lines = [
    '',
    ...describeGrpc(grpcAddress, grpc),
    `  REST  ${restUrl === '' ? 'off (turn it on with --rest_api_port=8501)' : restUrl}`,
    '',
    ...(models.length === 0 ? [noModels(source)] : models.flatMap(describeModel)),
    '',
  ];
  const commands = models
    .filter(({ versions }) => versions.some(({ state }) => state.phase === 'available'))
    .flatMap(({ name }) => exampleCommand(manager, name, restUrl));
  // The shortest one is the one that is easy to read and to paste.
  const [example] = commands.sort((a, b) => a.length - b.length);
  if (example !== undefined && restUrl !== '') {
    lines.push('Try it:', '', `  ${example}`, '');
  }
  lines.push('Stop with Ctrl-C.', '');
  return lines.join('\n');
}

/** One line per address; what is in clear needs no word. */
function describeGrpc(address: string, { grpcSocketPath, sslConfigFile }: GrpcFacts): string[] {
  const addresses = [
    ...(address === '' ? [] : [address]),
    ...(grpcSocketPath === undefined ? [] : [`unix:${grpcSocketPath}`]),
  ];
  const tls = sslConfigFile === undefined ? '' : ' (TLS)';
  return addresses.map((one, i) => `  ${i === 0 ? 'gRPC' : '    '}  ${one}${tls}`);
}

function exampleCommand(manager: PerchServer['manager'], name: string, restUrl: string): string[] {
  const lease = manager.acquire(name, {});
  try {
    const json = sampleRequest(lease.loaded.signature);
    return json === undefined ? [] : [curlCommand(restUrl, name, 0n, json)];
  } finally {
    lease.release();
  }
}

function noModels(source: ModelsSource): string {
  return source.kind === 'directory'
    ? `No models yet. Put one at ${source.directory}/<name>/1/model.onnx, or a SavedModel, model.tflite, model.json or model.txt in its place; it is served as soon as it is there.`
    : 'No models are configured.';
}

function describeModel({ name, versions, labels, pendingLabels, problem }: ModelView): string[] {
  const labelsOf = (number: bigint): string => {
    const names = [...labels].filter(([, version]) => version === number).map(([label]) => label);
    return names.length === 0 ? '' : `  (${names.join(', ')})`;
  };
  const lines = versions
    .filter(({ state }) => state.phase !== 'not-loaded')
    .map(({ number, state }) => `  ${name}  version ${number}  ${describeState(state)}${labelsOf(number)}`);
  const others = versions.filter(({ state }) => state.phase === 'not-loaded').map(({ number }) => number);
  return [
    ...lines,
    ...(others.length === 0 ? [] : [`  ${name}  on disk, not loaded: ${others.join(', ')}`]),
    ...pendingLabels.map(({ label, version }) => `  ${name}  label ${label} waits for version ${version}`),
    ...(problem === '' ? [] : [`  ${name}  ${problem}`]),
  ];
}

function describeState(state: VersionState): string {
  switch (state.phase) {
    case 'available':
      return 'available';
    case 'end':
      return state.error === undefined ? 'unloaded' : `failed: ${state.error.message}`;
    case 'copying':
      return `waiting: ${state.detail}`;
    case 'not-loaded':
    case 'start':
    case 'loading':
    case 'unloading':
      return state.phase;
  }
}
