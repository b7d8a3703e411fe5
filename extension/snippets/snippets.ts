// A predict request as code, in the forms that the playground offers. No vscode in here.
import type { SnippetKind } from '../../webview/playground/protocol.ts';
import { curlSnippet } from './curl.ts';
import { grpcurlSnippet } from './grpcurl.ts';
import { nodeSnippet } from './node.ts';
import { pythonGrpcSnippet } from './python-grpc.ts';
import { pythonRequestsSnippet } from './python-requests.ts';
import type { SnippetInput } from './snippet-input.ts';

const makers: Readonly<Record<SnippetKind, (input: SnippetInput) => string>> = {
  curl: curlSnippet,
  grpcurl: grpcurlSnippet,
  pythonGrpc: pythonGrpcSnippet,
  pythonRequests: pythonRequestsSnippet,
  node: nodeSnippet,
};

/** The code. Throws where the body is none for the model's inputs, and the code needs them. */
export function snippetOf(kind: SnippetKind, input: SnippetInput): string {
  return makers[kind](input);
}
