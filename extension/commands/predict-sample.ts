// "Predict with Sample Input": asks the model with an input made from its signature and shows the answer.
import * as vscode from 'vscode';
import type { Prediction } from '../daemon/admin-client.ts';
import { modelsViewId } from '../explorer/models-view-id.ts';
import { formatMilliseconds } from '../explorer/units.ts';
import { requireClient } from './connection.ts';
import { modelTarget } from './model-target.ts';
import { predictionText } from './prediction-text.ts';
import type { Services } from './services.ts';

/** Shows request and answer in an editor beside, and gives the answer. */
export async function predictSample(services: Services, clicked?: unknown): Promise<Prediction | undefined> {
  const client = requireClient(services);
  if (client === undefined) {
    return undefined;
  }
  const target = await modelTarget(services, vscode.l10n.t('Predict with Sample Input'), clicked);
  if (target === undefined) {
    return undefined;
  }
  const { model, version } = target;
  const { request, prediction } = await vscode.window.withProgress(
    { location: { viewId: modelsViewId } },
    async () => {
      const sample = await client.getSample(model, version);
      return { request: sample.json, prediction: await client.predictJson(model, version, sample.json) };
    },
  );
  const heading = vscode.l10n.t(
    '{0} version {1} answered a sample input; {2} in the engine.',
    model,
    prediction.version,
    formatMilliseconds(prediction.engineMicroseconds / 1000),
  );
  const name =
    version === undefined
      ? vscode.l10n.t('{0} prediction', model)
      : vscode.l10n.t('{0} version {1} prediction', model, version);
  await services.predictions.show(name, predictionText(heading, { model, request, prediction }));
  return prediction;
}
