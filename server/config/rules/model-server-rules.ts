// The rules of TensorFlow Serving's model config file, in the server's words; the errors are those of the daemon. Pure.
import { replaceFix, type Fix } from '../../textproto/diagnostics.ts';
import { stringLiteral } from '../../textproto/strings.ts';
import { suggest } from '../../textproto/suggest.ts';
import { versionTransitions } from '../../lifecycle/version-policy.ts';
import { removeFields, writeInstead } from './rule-fixes.ts';
import { ruleTree, type RuleMessage } from './rule-tree.ts';
import type { Rules } from './run-rules.ts';
import { servingDiskRules } from './serving-disk-rules.ts';
import {
  addressesWords,
  customConfigWords,
  duplicateModelWords,
  problemsOfModel,
  servedPlatforms,
  type ModelProblem,
} from './serving-model-checks.ts';
import type { ServedModel, TellServing } from './serving-model.ts';
import { absolutePath, isAbsolutePath, pathStyle, splitPath } from './serving-path.ts';
import { servingVersionRules } from './serving-version-rules.ts';

/** Everything that can be wrong with a model config file. */
export const modelServerRules: Rules = ({ document, schema }, around, report) => {
  const tell: TellServing = report;
  const { text } = document;
  const root = ruleTree(document, schema);
  const custom = root.fields('custom_model_config');
  if (custom[0] !== undefined) {
    tell('serving/custom-config', custom[0].name, customConfigWords, {
      fixes: removeFields('Remove custom_model_config', text, custom.slice(0, 1)),
    });
  }
  const entries = root.message('model_config_list')?.messages('config') ?? [];
  checkNames(entries, text, tell);
  checkAddresses(entries, tell);
  for (const entry of entries) {
    const model: ServedModel = { entry, name: entry.text('name')?.value ?? '', text, around, tell };
    checkEntry(model);
    servingVersionRules(model);
    servingDiskRules(model);
  }
};

function checkNames(entries: readonly RuleMessage[], text: string, tell: TellServing): void {
  const seen = new Set<string>();
  for (const entry of entries) {
    const name = entry.text('name');
    if (name === undefined || name.value === '') {
      continue;
    }
    if (seen.has(name.value)) {
      tell('serving/duplicate-model', name.at, duplicateModelWords(name.value));
    }
    seen.add(name.value);
  }
}

function checkAddresses(entries: readonly RuleMessage[], tell: TellServing): void {
  const addresses = entries
    .flatMap((entry) => entry.text('address') ?? [])
    .filter(({ value }) => value !== '');
  const distinct = [...new Set(addresses.map(({ value }) => value))];
  const other = addresses.find(({ value }) => value !== distinct[0]);
  if (other !== undefined) {
    const fixes = distinct.slice(0, 1).flatMap((first) => writeInstead(other, stringLiteral(first)));
    tell('serving/address', other.at, addressesWords(distinct), { fixes });
  }
}

function checkEntry(model: ServedModel): void {
  const { entry, around, tell } = model;
  const style = pathStyle(around.baseDirectory);
  const problems = problemsOfModel(
    {
      name: entry.text('name')?.value,
      basePath: entry.text('base_path')?.value,
      modelType: entry.choice('model_type')?.value,
      modelPlatform: entry.text('model_platform')?.value,
      hasLoggingConfig: entry.has('logging_config'),
      aspiredVersionPolicy: entry.text('aspired_version_policy')?.value,
    },
    (path) => isAbsolutePath(path, style),
  );
  for (const problem of problems) {
    const [field] = entry.fields(problem.field);
    tell(problem.code, field?.value ?? field?.name ?? entry.place, problem.words, {
      fixes: fixesOf(problem, model),
    });
  }
}

function fixesOf(problem: ModelProblem, { entry, text, around }: ServedModel): readonly Fix[] {
  switch (problem.code) {
    case 'serving/model-name':
      return nameFixes(entry, text);
    case 'serving/model-type':
      return removeFields('Remove model_type', text, entry.fields('model_type').slice(0, 1));
    case 'serving/platform': {
      const platform = entry.text('model_platform');
      const meant = suggest(platform?.value ?? '', servedPlatforms) ?? 'onnx';
      return platform === undefined ? [] : writeInstead(platform, stringLiteral(meant));
    }
    case 'serving/base-path': {
      const path = entry.text('base_path');
      // What a shell would put in is not to be guessed, nor where a URI is.
      if (around.baseDirectory === undefined || path === undefined || !/^[^~$:]+$/.test(path.value)) {
        return [];
      }
      const absolute = stringLiteral(absolutePath(around.baseDirectory, path.value));
      return writeInstead(path, absolute, `Make it absolute: ${absolute}`);
    }
    case 'serving/logging-config':
      return removeFields('Remove logging_config', text, entry.fields('logging_config').slice(0, 1));
    case 'serving/transition': {
      const policy = entry.text('aspired_version_policy');
      const meant = suggest(policy?.value ?? '', versionTransitions);
      const all = meant === undefined ? versionTransitions : [meant];
      return policy === undefined ? [] : all.flatMap((each) => writeInstead(policy, stringLiteral(each)));
    }
    default:
      return [];
  }
}

/** Names a model as its directory is called. */
function nameFixes(entry: RuleMessage, text: string): readonly Fix[] {
  const last = splitPath(entry.text('base_path')?.value ?? '').last;
  const name = entry.text('name');
  if (last === '' || name === undefined) {
    return [];
  }
  const literal = stringLiteral(last);
  const title = `Name it ${literal}`;
  const [before] = entry.fields('base_path');
  if (name.written !== undefined || before === undefined) {
    return writeInstead(name, literal, title);
  }
  const at = before.start;
  const indent = /(?:^|\n)([ \t]*)$/.exec(text.slice(Math.max(0, at - 200), at))?.[1];
  return [
    replaceFix(
      title,
      { start: at, end: at },
      `name: ${literal}${indent === undefined ? ' ' : `\n${indent}`}`,
    ),
  ];
}
