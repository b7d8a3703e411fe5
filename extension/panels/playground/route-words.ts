// Why a version answered, as a sentence. No vscode in here.
import type { MessageOutput } from '../../../protos/messages.ts';
import type { Translate } from '../../translate.ts';

/** The sentence; empty where the daemon does not say. */
export function routeWords(
  t: Translate,
  route: MessageOutput<'perch.admin.v1.PredictRoute'> | null,
  version: string,
): string {
  const target =
    route?.target?.target === 'label'
      ? t('label {0}', route.target.label ?? '')
      : t('version {0}', route?.target?.version ?? '');
  switch (route?.reason) {
    case 'VERSION':
      return t('The request named this version.');
    case 'LABEL':
      return t('The request named the {0}, which leads to version {1}.', target, version);
    case 'SPLIT':
      return t(
        'The split of the traffic sent it there: {0} gets {1} % of the requests.',
        target,
        route.percent,
      );
    case 'FALLBACK':
      return t(
        'The split chose the {0}, which is not available: version {1} answered in its place.',
        target,
        version,
      );
    case 'DEFAULT':
      return t('There is no split: the newest version that is available answers.');
    default:
      return '';
  }
}
