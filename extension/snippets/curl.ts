// A curl command that sends a predict request. No vscode in here.
import { bodyFile, maxInline, predictUrl, shellQuote, type SnippetInput } from './snippet-input.ts';

/** A POSIX shell command, for the REST port. */
export function curlSnippet(input: Pick<SnippetInput, 'restAddress' | 'model' | 'target' | 'body'>): string {
  const url = predictUrl(input);
  const data = input.body.length > maxInline ? `@${bodyFile}` : shellQuote(input.body);
  return `curl -d ${data} ${/^[\w:/.%[\]-]+$/.test(url) ? url : shellQuote(url)}`;
}
