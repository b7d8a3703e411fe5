// A Python program that sends a predict request with `requests`. No vscode in here.
import { pythonLiteral } from './python-literal.ts';
import { bodyFile, maxInline, predictUrl, pythonString, type SnippetInput } from './snippet-input.ts';

/** The program, for the REST port. */
export function pythonRequestsSnippet(input: SnippetInput): string {
  const isLong = input.body.length > maxInline;
  const body = isLong
    ? `open(${pythonString(bodyFile)}, "rb").read()`
    : `json.dumps(${pythonLiteral(input.body)})`;
  return [
    ...(isLong ? [] : ['import json', '']),
    'import requests  # pip install requests',
    '',
    'response = requests.post(',
    `    ${pythonString(predictUrl(input))},`,
    `    data=${body},`,
    '    timeout=30,',
    ')',
    'if not response.ok:',
    '    raise SystemExit(response.text)',
    'print(response.json())',
    '',
  ].join('\n');
}
