// The questions of "Start Canary…": the version, the plan, and for a plan of one's own its steps and gates, one by one.
import path from 'node:path';
import * as vscode from 'vscode';
import { parseGolden, type Golden } from '../../server/config/golden/golden-file.ts';
import { versionLook } from '../explorer/look.ts';
import { canaryCandidates } from '../state/canary-facts.ts';
import { excludedPattern, requestFilePattern, requestName } from '../requests/documents.ts';
import type { Model } from '../state/model.ts';
import { findGolden, type FoundGolden } from '../testing/find-golden.ts';
import {
  customPlan,
  draftQuestions,
  firstDraft,
  planOf,
  type CanaryDraft,
  type DraftQuestion,
  type GoldenFile,
} from './canary-draft.ts';
import { gatesWords, goldenWords, offeredPlans, planWords, type ChosenPlan } from './canary-plan.ts';
import { askForItem, askForText } from './step-inputs.ts';
import { back, inSteps, type Step } from './steps.ts';

/** Golden files are small; a larger one is something else. Bytes. */
const largestGoldenFile = 16 * 1024 * 1024;

/** Most files that are offered. */
const mostGoldenFiles = 20;

/** What a canary is started with. */
export interface CanaryChoice {
  readonly version: string;
  readonly plan: ChosenPlan;
}

/** Asks for what is not given. Undefined where the user thought better of it. */
export async function chooseCanary(
  title: string,
  model: Model,
  given: { readonly version: string | undefined; readonly plan: ChosenPlan | undefined },
): Promise<CanaryChoice | undefined> {
  const t = vscode.l10n.t;
  const draft = await inSteps<CanaryDraft>({ ...firstDraft, version: given.version }, (soFar) => [
    ...(given.version === undefined ? [versionStep(title, model)] : []),
    ...(given.plan === undefined ? [planStep(title)] : []),
    ...(soFar.plan === customPlan
      ? [
          ...draftQuestions(t, soFar).map((question) => textStep(title, question)),
          goldenStep(title, model.name),
          manualStep(title),
        ]
      : []),
  ]);
  const plan = given.plan ?? (draft && planOf(t, draft));
  return draft?.version === undefined || plan === undefined ? undefined : { version: draft.version, plan };
}

function versionStep(title: string, model: Model): Step<CanaryDraft> {
  const items = canaryCandidates(model).map((version) => ({
    label: vscode.l10n.t('{0} version {1}', model.name, version.number),
    description: versionLook(vscode.l10n.t, model, version, true).description,
    version: version.number,
  }));
  return async (draft, place) => {
    const placeholder = vscode.l10n.t('The version that is tried');
    const active = items.find(({ version }) => version === draft.version);
    const item = await askForItem({ title, placeholder, items, active }, place);
    return item === undefined || item === back ? item : { ...draft, version: item.version };
  };
}

function planStep(title: string): Step<CanaryDraft> {
  const t = vscode.l10n.t;
  const items = [
    ...offeredPlans(t).map(({ id, title: label, plan }) => ({ id, label, detail: planWords(t, plan) })),
    { id: customPlan, label: t('Custom…'), detail: t('Steps, gates and golden requests of your own.') },
  ] as const;
  return async (draft, place) => {
    const placeholder = t('How the canary comes to all requests');
    const active = items.find(({ id }) => id === draft.plan);
    const item = await askForItem({ title, placeholder, items, active }, place);
    return item === undefined || item === back ? item : { ...draft, plan: item.id };
  };
}

function textStep(title: string, { field, prompt, parse }: DraftQuestion): Step<CanaryDraft> {
  return async (draft, place) => {
    const text = await askForText({ title, prompt, value: draft.texts[field], parse }, place);
    return text === undefined || text === back
      ? text
      : { ...draft, texts: { ...draft.texts, [field]: text } };
  };
}

interface GoldenItem extends vscode.QuickPickItem {
  readonly chosen: GoldenFile | 'none' | 'browse' | 'broken';
}

function goldenStep(title: string, model: string): Step<CanaryDraft> {
  const t = vscode.l10n.t;
  return async (draft, place) => {
    const none: GoldenItem = { label: t('No Golden Requests'), chosen: 'none' };
    const browse: GoldenItem = { label: t('Choose a File…'), chosen: 'browse' };
    const before = draft.goldenFile?.path;
    const files = await goldenItems(model, before);
    const item = await askForItem<GoldenItem>(
      {
        title,
        placeholder: t('Gate: requests whose answers must hold at every evaluation'),
        items: [none, ...files, browse],
        active: files.find(({ chosen }) => typeof chosen === 'object' && chosen.path === before) ?? none,
        accept: (chosen) => acceptGolden(model, chosen),
      },
      place,
    );
    if (item === undefined || item === back) {
      return item;
    }
    return { ...draft, goldenFile: typeof item.chosen === 'object' ? item.chosen : undefined };
  };
}

/** All request files for `model`, each of them, lists of golden requests, and the file that was chosen before. */
async function goldenItems(model: string, before: string | undefined): Promise<readonly GoldenItem[]> {
  const t = vscode.l10n.t;
  const found = await findGolden(model);
  const lists = await vscode.workspace.findFiles('**/*golden*.json', excludedPattern, mostGoldenFiles);
  const places = new Set([
    ...found.slice(0, mostGoldenFiles).map(({ uri }) => uri.fsPath),
    ...lists.map(({ fsPath }) => fsPath),
    ...(before === undefined || before === requestFilePattern ? [] : [before]),
  ]);
  const files = await Promise.all([...places].map((file) => goldenItem(model, file)));
  if (found.length < 2) {
    return files;
  }
  const all: GoldenItem = {
    label: t('All Golden Requests of {0}', model),
    description: requestFilePattern,
    detail: goldenWords(t, found.length),
    chosen: { path: requestFilePattern, golden: found.map(goldenOf) },
  };
  return [all, ...files];
}

function goldenOf({ uri, test }: FoundGolden): Golden {
  const { model, request, expect } = test;
  const { answer: response, tolerance } = expect;
  return { name: requestName(uri, test), model, request, response, tolerance };
}

/** Asks for a file where that was chosen; a file that is wrong keeps the question open. */
async function acceptGolden(model: string, item: GoldenItem): Promise<GoldenItem | undefined> {
  if (item.chosen !== 'browse') {
    return item.chosen === 'broken' ? undefined : item;
  }
  const [uri] =
    (await vscode.window.showOpenDialog({
      canSelectMany: false,
      filters: { [vscode.l10n.t('Golden requests')]: ['json'] },
    })) ?? [];
  const chosen = uri === undefined ? undefined : await goldenItem(model, uri.fsPath);
  if (chosen?.chosen === 'broken') {
    void vscode.window.showErrorMessage(`${chosen.label}: ${chosen.detail ?? ''}`);
    return undefined;
  }
  return chosen;
}

async function goldenItem(model: string, file: string): Promise<GoldenItem> {
  const t = vscode.l10n.t;
  const uri = vscode.Uri.file(file);
  const label = path.basename(file);
  const description = vscode.workspace.asRelativePath(uri);
  const broken = (problem: string): GoldenItem => ({
    label,
    description,
    detail: `$(error) ${problem}`,
    chosen: 'broken',
  });
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > largestGoldenFile) {
      return broken(t('The file is too large.'));
    }
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    const parsed = parseGolden(text, label.replace(/(?:\.predict)?\.json$/, ''));
    if (parsed.kind === 'problem') {
      return broken(parsed.text);
    }
    const stranger = parsed.value.find((golden) => (golden.model ?? model) !== model);
    return stranger === undefined
      ? {
          label,
          description,
          detail: goldenWords(t, parsed.value.length),
          chosen: { path: file, golden: parsed.value },
        }
      : broken(t('A request in it is for {0}.', stranger.model ?? ''));
  } catch {
    return broken(t('The file cannot be read.'));
  }
}

function manualStep(title: string): Step<CanaryDraft> {
  const t = vscode.l10n.t;
  return async (draft, place) => {
    const plan = planOf(t, draft);
    const detail = plan?.gates === undefined ? '' : gatesWords(t, plan.gates);
    const items = [
      { label: t('Goes on by Itself'), detail: t('It keeps to its gates: {0}.', detail), manual: false },
      {
        label: t('Waits for You'),
        detail: t('Before each further step, and before the promotion.'),
        manual: true,
      },
    ];
    const active = items.find(({ manual }) => manual === draft.manual);
    const item = await askForItem({ title, placeholder: t('From step to step'), items, active }, place);
    return item === undefined || item === back ? item : { ...draft, manual: item.manual };
  };
}
