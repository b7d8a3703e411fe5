// A grpcurl command that sends a predict request. No vscode in here.
import { signatureNameOf } from '../../webview/playground/request-body.ts';
import { protoTensors, tensorJson } from './proto-tensors.ts';
import { maxInline, shellQuote, type SnippetInput } from './snippet-input.ts';

/** The service's method; the server describes its messages by reflection. */
const method = 'tensorflow.serving.PredictionService/Predict';

/** A POSIX shell command, for the gRPC port. A long request comes by a here-document. */
export function grpcurlSnippet({ grpcAddress, model, target, body, inputs }: SnippetInput): string {
  const signature = signatureNameOf(body);
  const spec = [
    `"name": ${JSON.stringify(model)}`,
    ...(target.kind === 'version' ? [`"version": "${target.version}"`] : []),
    ...(target.kind === 'label' ? [`"version_label": ${JSON.stringify(target.label)}`] : []),
    ...(signature === '' ? [] : [`"signature_name": ${JSON.stringify(signature)}`]),
  ];
  const tensors = protoTensors(body, inputs).map(
    (tensor) => `${JSON.stringify(tensor.name)}: ${tensorJson(tensor)}`,
  );
  const message = `{"model_spec": {${spec.join(', ')}}, "inputs": {${tensors.join(', ')}}}`;
  return message.length > maxInline
    ? `grpcurl -plaintext -d @ ${grpcAddress} ${method} <<'REQUEST'\n${message}\nREQUEST`
    : `grpcurl -plaintext -d ${shellQuote(message)} ${grpcAddress} ${method}`;
}
