// How the rows of models, versions and what is below them become tree items.
import path from 'node:path';
import * as vscode from 'vscode';
import type { Model, Version } from '../state/model.ts';
import type { RequestFigures } from '../state/rate-feed.ts';
import { modelLook, versionLook, type Look } from './look.ts';
import type { DetailRow } from './rows.ts';
import type { Detail } from './version-details.ts';

/** The row of a model. */
export function modelItem(model: Model, live: boolean, expanded: boolean): vscode.TreeItem {
  return itemOf(
    modelLook(vscode.l10n.t, model, live),
    expanded ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed,
  );
}

/** The row of a version. */
export function versionItem(
  model: Model,
  version: Version,
  live: boolean,
  figures: RequestFigures | undefined,
): vscode.TreeItem {
  return itemOf(
    versionLook(vscode.l10n.t, model, version, live, { figures }),
    vscode.TreeItemCollapsibleState.Collapsed,
  );
}

/** A row below a version. `directory`: the version's; undefined or empty once it is gone. */
export function detailItem(row: DetailRow, detail: Detail, directory: string | undefined): vscode.TreeItem {
  const item = itemOf(detail, stateOf(detail));
  item.tooltip = detail.tooltip ?? detail.label;
  if (detail.contextValue === 'detail.file' && directory !== undefined && directory !== '') {
    const uri = vscode.Uri.file(path.join(directory, detail.label));
    item.command = { title: detail.label, command: 'revealInExplorer', arguments: [uri] };
  } else if (detail.contextValue === 'detail.problem') {
    item.command = { title: detail.label, command: 'perch.version.showProblem', arguments: [row] };
  }
  return item;
}

function stateOf({ children, isOpen }: Detail): vscode.TreeItemCollapsibleState {
  if (children === undefined) {
    return vscode.TreeItemCollapsibleState.None;
  }
  return isOpen === true
    ? vscode.TreeItemCollapsibleState.Expanded
    : vscode.TreeItemCollapsibleState.Collapsed;
}

function itemOf(look: Look, state: vscode.TreeItemCollapsibleState): vscode.TreeItem {
  const item = new vscode.TreeItem(look.label, state);
  item.description = look.description;
  item.iconPath = new vscode.ThemeIcon(
    look.icon,
    look.color === undefined ? undefined : new vscode.ThemeColor(look.color),
  );
  item.contextValue = look.contextValue;
  item.accessibilityInformation = { label: look.spoken };
  return item;
}
