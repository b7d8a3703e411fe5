// SavedModels that server tests write, and short ways to ask a server.
import path from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { attr, constant, node, placeholder } from '../../support/savedmodel/nodes.ts';
import { tensor } from '../../support/savedmodel/tensors.ts';
import { writeSavedModel, type TestSavedModel } from '../../support/savedmodel/write-saved-model.ts';
import { referenceVariables } from '../../support/savedmodel/variables.ts';
import type { RunningServer } from './running-server.ts';

/** An example of float lists, as the generic codec takes it. */
export function floatExample(features: Readonly<Record<string, readonly number[]>>): object {
  const feature = Object.entries(features).map(([name, value]) => [name, { floatList: { value } }] as const);
  return { features: { feature: Object.fromEntries(feature) } };
}

/** An Input of these examples. */
export function exampleInput(...examples: readonly object[]): object {
  return { exampleList: { examples } };
}

/** What a POST is answered. */
export async function answerOf(
  running: RunningServer,
  target: string,
  body: object,
): Promise<{ status: number; body: unknown }> {
  const answer = await running.rest(target, { method: 'POST', body: JSON.stringify(body) });
  return { status: answer.status, body: await answer.json() };
}

/** The status and text with which a call is refused. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const { code, details } = error as grpc.ServiceError;
    return `${grpc.status[code]}: ${details}`;
  }
  throw new Error('it was answered');
}

/** y = x * factor + offset for x of any batch; the factor is a variable of the checkpoint. */
export function linearModel(factor: number, offset: number): TestSavedModel {
  const float = { T: attr.type('float32') };
  const restore = referenceVariables([{ name: 'factor', dtype: 'float32', shape: [] }]);
  return {
    graph: [
      placeholder('x', 'float32', [-1]),
      constant('offset', tensor('float32', offset)),
      ...restore.nodes,
      node('factor/read', 'Identity', ['factor'], float),
      node('product', 'Mul', ['x', 'factor/read'], float),
      node('sum', 'AddV2', ['product', 'offset'], float),
    ],
    functions: restore.functions,
    saver: restore.saver,
    variables: new Map([['factor', tensor('float32', factor)]]),
    signatures: {
      serving_default: {
        inputs: { x: { name: 'x:0', dtype: 'float32', shape: [-1] } },
        outputs: { y: { name: 'sum:0', dtype: 'float32', shape: [-1] } },
      },
      doubled: {
        inputs: { x: { name: 'x:0', dtype: 'float32', shape: [-1] } },
        outputs: {
          y: { name: 'sum:0', dtype: 'float32', shape: [-1] },
          product: { name: 'product:0', dtype: 'float32', shape: [-1] },
        },
      },
    },
  };
}

/** Writes `model` as a version of a model. */
export function putSavedModel(directory: string, name: string, version: number, model: TestSavedModel): void {
  writeSavedModel(path.join(directory, name, String(version)), model);
}
