// Runs golden requests one after the other, and says in the Testing view what came of each.
import * as vscode from 'vscode';
import type { Logs } from '../log.ts';
import { sessionFor } from '../requests/documents.ts';
import type { Sessions } from '../sessions.ts';
import { against, runGolden, type GoldenOutcome, type GoldenTest } from './golden-tests.ts';

/** A test of the view. */
export interface TestToRun {
  readonly item: vscode.TestItem;
  readonly test: GoldenTest;
}

/** What a run needs. */
export interface RunParts {
  readonly tests: readonly TestToRun[];
  /** The version to ask instead of what a file says, by model. */
  readonly versions: ReadonlyMap<string, string>;
  readonly sessions: Sessions;
  readonly logs: Logs;
  readonly token: vscode.CancellationToken;
}

/** Ends `run`. Never rejects. */
export async function runTests(run: vscode.TestRun, parts: RunParts): Promise<void> {
  const { tests, versions, token } = parts;
  const cancel = new AbortController();
  const subscription = token.onCancellationRequested(() => cancel.abort());
  if (token.isCancellationRequested) {
    cancel.abort();
  }
  try {
    tests.forEach(({ item }) => run.enqueued(item));
    for (const { item, test } of tests) {
      if (cancel.signal.aborted) {
        run.skipped(item);
      } else {
        await runOne(run, item, against(test, versions.get(test.model)), parts, cancel.signal);
      }
    }
  } finally {
    subscription.dispose();
    run.end();
  }
}

async function runOne(
  run: vscode.TestRun,
  item: vscode.TestItem,
  test: GoldenTest,
  { sessions, logs }: RunParts,
  signal: AbortSignal,
): Promise<void> {
  const client = item.uri && sessionFor(sessions, item.uri).controller.client;
  run.started(item);
  if (client === undefined) {
    run.errored(item, new vscode.TestMessage(vscode.l10n.t('The Perch server is not running.')));
    return;
  }
  const begin = performance.now();
  let outcome: GoldenOutcome;
  try {
    outcome = await runGolden(client, test, signal);
  } catch (reason) {
    logs.extension.error(`golden request ${item.id}: ${String(reason)}`);
    outcome = { kind: 'refused', message: reason instanceof Error ? reason.message : String(reason) };
  }
  report(run, item, test, outcome, performance.now() - begin);
}

function report(
  run: vscode.TestRun,
  item: vscode.TestItem,
  test: GoldenTest,
  outcome: GoldenOutcome,
  ms: number,
): void {
  const say = (text: string): void =>
    run.appendOutput(`${text.replace(/\r?\n/g, '\r\n')}\r\n`, undefined, item);
  const t = vscode.l10n.t;
  switch (outcome.kind) {
    case 'passed':
      say(t('{0}: {1} version {2} answered as expected.', item.label, test.model, outcome.version));
      run.passed(item, ms);
      break;
    case 'failed': {
      const message = failureMessage(item, test, outcome);
      say(`${item.label}: ${failureText(test, outcome)}`);
      run.failed(item, message, ms);
      break;
    }
    case 'refused':
      say(`${item.label}: ${outcome.message}`);
      run.errored(item, new vscode.TestMessage(outcome.message), ms);
      break;
    case 'cancelled':
      run.skipped(item);
      break;
  }
}

type Failure = Extract<GoldenOutcome, { readonly kind: 'failed' }>;

function failureText({ model }: GoldenTest, { version, verdict }: Failure): string {
  const { differences, hasMore } = verdict;
  return [
    vscode.l10n.t('{0} version {1} answered differently:', model, version),
    ...differences,
    ...(hasMore ? ['…'] : []),
  ].join('\n');
}

function failureMessage(item: vscode.TestItem, test: GoldenTest, failure: Failure): vscode.TestMessage {
  const { expected, actual } = failure.verdict;
  const message = vscode.TestMessage.diff(failureText(test, failure), expected, actual);
  if (item.uri !== undefined && item.range !== undefined) {
    message.location = new vscode.Location(item.uri, item.range);
  }
  return message;
}
