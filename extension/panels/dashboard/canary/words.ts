// The words of the dashboard's tab "Canary".
import type { CanaryText } from '../../../../webview/dashboard/canary-text.ts';
import type { Translate } from '../../../translate.ts';
import { statusText } from '../../status-text.ts';

/** All texts of the tab in the editor's language; the gaps in them are filled in by the page. */
export function canaryText(t: Translate): CanaryText {
  const status = statusText(t);
  return {
    page: {
      models: t('Models'),
      noModels: t(
        'There are no models yet. Put one into the models directory, as <model>/<version>/model.onnx, or a SavedModel in its place: it is served at once.',
      ),
      since: t('since {0}', '{0}'),
      labels: t('Labels'),
      version: t('version {0}', '{0}'),
      stable: t('stable'),
      canary: t('canary'),
      percent: t('{0} %', '{0}'),
      noFigure: '–',
      split: t('Traffic Split'),
      noSplit: t(
        'There is no split: all requests that name neither version nor label go to the newest version that is available.',
      ),
      shareOf: t('Share of {0}', '{0}'),
      percentOf: t('Percent for {0}', '{0}'),
      spokenShare: t('{0} percent to {1}, {2}', '{0}', '{1}', '{2}'),
      leadsNowhere: t('leads to no version'),
      now: t('now {0} %', '{0}'),
      observed: t('observed {0}', '{0}'),
      observedNone: t('nothing observed'),
      observedRequests: t('Requests that named neither version nor label in the last minute: {0}.', '{0}'),
      fallbacks: t('For {0} of them the share was not available, so that stable answered.', '{0}'),
      presets: t('Set {0} to', '{0}'),
      apply: t('Apply…'),
      revert: t('Revert'),
      clearSplit: t('Clear Split…'),
      unchanged: t('Nothing is changed.'),
      preview: t('After Apply: {0}. Before, you are asked.', '{0}'),
      shareText: t('{0} {1} %', '{0}', '{1}'),
      wholePercent: t('A whole number from 0 to 100 is needed.'),
      asking: t('You are being asked.'),
      sideBySide: t('Side by Side'),
      lastMinute: t('Figures of the last minute; the lines show the last ten.'),
      measure: t('Measure'),
      wantedShare: t('Wanted share'),
      observedShare: t('Observed share'),
      rate: t('Requests'),
      rateUnit: t('{0}/s', '{0}'),
      errors: t('Errors'),
      p50: t('Latency p50'),
      p99: t('Latency p99'),
      timesStable: t('{0} × stable', '{0}'),
      errorCount: t('{0} × {1}', '{0}', '{1}'),
      lineAlone: t('{0} of version {1}: no figures yet', '{0}', '{1}'),
      lineText: t(
        '{0} of version {1} over {2}: {3} to {4}, at last {5}',
        ...['{0}', '{1}', '{2}', '{3}', '{4}', '{5}'],
      ),
      plan: t('Canary'),
      noCanary: t('No canary was started.'),
      steps: t('Steps'),
      stepDone: t('done'),
      stepNow: t('now'),
      stepToCome: t('to come'),
      nextJudged: t('Judged next in {0}.', '{0}'),
      nextStep: t('Next step in {0} at the earliest.', '{0}'),
      passes: t('Checks passed in this step: {0} of {1}.', '{0}', '{1}'),
      failures: t('Checks failed: {0}; more than {1} roll it back.', '{0}', '{1}'),
      gates: t('Gates'),
      gate: t('Gate'),
      outcome: t('Outcome'),
      detail: t('Detail'),
      passed: t('Passed'),
      failed: t('Failed'),
      tooFew: t('Too few requests'),
      notYet: t('Not judged yet'),
      compared: t('Compared with Stable'),
      drift: t('Drift of the outputs'),
      output: t('Output'),
      classesMove: t('Top classes'),
      meansMove: t('Mean'),
      samples: t('Answers'),
      classesText: t('{0} differ ({1} by chance)', '{0}', '{1}'),
      meansText: t('{0} standard deviations apart', '{0}'),
      tooFewAnswers: t('{0}: too few', '{0}'),
      shadow: t('Shadow: {0} % of the requests to stable are copied to {1}', '{0}', '{1}'),
      agreement: t('Agreement'),
      comparedCount: t('Compared'),
      droppedCount: t('Dropped'),
      maxAbsolute: t('Largest difference'),
      maxRelative: t('Largest relative difference'),
      worst: t('Worst cases'),
      noWorst: t('No answer differed.'),
      openCase: t('Open in Playground'),
      notKept: t(
        'Inputs are kept only where the shadow was set to: `perch shadow set <model> <target> --percent <n> --keep_inputs`. They may be personal data.',
      ),
      events: t('History'),
      noEvents: t('Nothing was done to this model since the server started.'),
      when: t('When'),
      what: t('What'),
      who: t('Who'),
      change: t('Change'),
      byItself: t('by itself'),
      changeText: t('{0} → {1}', '{0}', '{1}'),
      announceModel: t('{0}: {1}.', '{0}', '{1}'),
    },
    idle: {
      stopped: t('The server is stopped.'),
      starting: t('The server is starting.'),
      stopping: t('The server is stopping.'),
      failed: t('The server does not run.'),
    },
    actions: {
      start: t('Start Canary…'),
      promote: t('Promote…'),
      pause: t('Pause'),
      resume: t('Resume'),
      rollBack: t('Roll Back…'),
    },
    commands: status.commands,
  };
}

/** What an event of the daemon is called; its own name where this version of the extension does not know it. */
export function eventWords(t: Translate, kind: string): string {
  switch (kind) {
    case 'set_label':
      return t('Label set');
    case 'delete_label':
      return t('Label deleted');
    case 'set_traffic':
      return t('Traffic set');
    case 'set_shadow':
      return t('Shadow set');
    case 'canary_started':
      return t('Canary started');
    case 'canary_step':
      return t('Canary: next step');
    case 'canary_paused':
      return t('Canary paused');
    case 'canary_resumed':
      return t('Canary resumed');
    case 'canary_inconclusive':
      return t('Canary inconclusive');
    case 'promoted':
      return t('Promoted');
    case 'rolled_back':
      return t('Rolled back');
    case 'load_version':
      return t('Version loaded');
    case 'unload_version':
      return t('Version unloaded');
    case 'retry_version':
      return t('Version tried again');
    case 'load_model':
      return t('Model loaded');
    case 'unload_model':
      return t('Model unloaded');
    case 'apply_config':
      return t('Configuration applied');
    default:
      return kind;
  }
}

/** What a gate is called; its own name where this version of the extension does not know it. */
export function gateWords(t: Translate, gate: string): string {
  switch (gate) {
    case 'success_rate':
      return t('Success rate');
    case 'p99_ratio':
      return t('p99 beside stable');
    case 'agreement':
      return t('Agreement with stable');
    case 'drift':
      return t('Drift');
    case 'golden':
      return t('Golden requests');
    default:
      return gate;
  }
}
