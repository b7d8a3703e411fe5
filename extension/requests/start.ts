// Makes the parts of request files: lenses and problems.
import * as vscode from 'vscode';
import type { Sessions } from '../sessions.ts';
import type { Disposable } from '../signal.ts';
import { requestFilePattern } from './documents.ts';
import { RequestLenses } from './lenses.ts';
import { RequestProblems } from './problems.ts';

/** They end with `subscriptions`. */
export function startRequests(sessions: Sessions, subscriptions: Disposable[]): RequestProblems {
  const problems = new RequestProblems(sessions);
  subscriptions.push(
    problems,
    vscode.languages.registerCodeLensProvider({ pattern: requestFilePattern }, new RequestLenses()),
  );
  return problems;
}
