// What can be done with the traffic of a model, as facets of the context values of its rows. No vscode in here.
import {
  canPause,
  canPromote,
  canResume,
  canRollBack,
  canSplit,
  canaryCandidates,
  canaryVersion,
  labelsOf,
} from '../state/canary-facts.ts';
import type { Model, Version } from '../state/model.ts';

/** Of an available model: each facet with a dot before it. */
export function modelFacets(model: Model): string {
  return facets([
    ['candidate', canaryCandidates(model).length > 0],
    ['several', model.versions.length > 1],
    ['labelled', labelsOf(model).length > 0],
    ['splittable', canSplit(model)],
    ...canaryFacets(model),
  ]);
}

/** Of a version. What concerns the canary is offered at the canary's row only. */
export function versionFacets(model: Model, version: Version): string {
  const { number, phase, labels, convertedFrom } = version;
  return facets([
    ['candidate', canaryCandidates(model).some((candidate) => candidate.number === number)],
    ['several', model.versions.length > 1 && phase === 'available'],
    ['labelled', labels.length > 0],
    ...(canaryVersion(model) === number ? canaryFacets(model) : []),
    ['converted', convertedFrom !== ''],
  ]);
}

function canaryFacets(model: Model): readonly (readonly [string, boolean])[] {
  return [
    ['promotable', canPromote(model)],
    ['pausable', canPause(model)],
    ['resumable', canResume(model)],
    ['revertible', canRollBack(model)],
  ];
}

function facets(all: readonly (readonly [string, boolean])[]): string {
  return all.map(([name, holds]) => (holds ? `.${name}` : '')).join('');
}
