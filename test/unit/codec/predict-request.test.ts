// PredictRequest: protobuf's rules for maps, merging and oneofs, and agreement with protobufjs on random bytes.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodePredictRequest } from '../../../server/codec/predict-request.ts';
import { atOnce } from '../../../server/limits/turns.ts';
import { elementSize } from '../../../server/codec/tensor.ts';
import type { Tensor } from '../../../server/codec/tensor.ts';
import { PerchError } from '../../../server/errors.ts';
import { Random } from './support/random.ts';
import { randomRequest } from './support/random-request.ts';
import { fromProto, plain, requestType } from './support/reference-protos.ts';
import type { ModelSpecObject, ReferenceTensor, TensorObject } from './support/reference-protos.ts';
import { comparable, elements } from './support/tensors.ts';

const encode = (request: object): Buffer =>
  Buffer.from(requestType.encode(requestType.fromObject(request)).finish());

function hexElements(tensor: Tensor): ReferenceTensor {
  const { dtype, shape } = tensor;
  if (dtype === 'string') {
    return {
      dtype,
      shape: [...shape],
      elements: tensor.values.map((value) => Buffer.from(value).toString('hex')),
    };
  }
  const hex = Buffer.from(tensor.bytes).toString('hex');
  const width = 2 * elementSize[dtype];
  return { dtype, shape: [...shape], elements: hex.match(new RegExp(`.{${width}}`, 'g')) ?? [] };
}

function byHand(bytes: Uint8Array): object {
  try {
    const { modelSpec, inputs, outputFilter } = atOnce(decodePredictRequest(bytes));
    return {
      modelSpec: modelSpec && {
        name: modelSpec.name,
        version: modelSpec.version?.toString(),
        versionLabel: modelSpec.versionLabel,
        signatureName: modelSpec.signatureName,
      },
      inputs: new Map([...inputs].map(([name, tensor]) => [name, hexElements(tensor)])),
      outputFilter,
    };
  } catch (error) {
    assert.ok(error instanceof PerchError, String(error));
    return { error: error.code === 'REQUEST_MALFORMED' ? 'malformed' : 'refused' };
  }
}

function byReference(bytes: Uint8Array): object {
  let request: Record<string, unknown>;
  try {
    request = plain(requestType, bytes);
  } catch {
    return { error: 'malformed' };
  }
  const spec = request.model_spec as ModelSpecObject | null;
  const inputs = new Map<string, ReferenceTensor>();
  for (const [name, tensor] of Object.entries(request.inputs as Record<string, TensorObject>)) {
    inputs.set(name, fromProto(tensor));
  }
  if ([...inputs.values()].includes('refused')) {
    return { error: 'refused' };
  }
  return {
    modelSpec: spec
      ? {
          name: spec.name,
          version: spec.choice === 'version' ? spec.version?.value : undefined,
          versionLabel: spec.choice === 'version_label' ? spec.version_label : undefined,
          signatureName: spec.signature_name,
        }
      : undefined,
    inputs,
    outputFilter: request.output_filter,
  };
}

describe('decodePredictRequest', () => {
  it('reads an ordinary request', () => {
    const bytes = encode({
      model_spec: { name: 'digits', version: { value: '9007199254740993' }, signature_name: 's' },
      inputs: { x: { dtype: 1, tensor_shape: { dim: [{ size: 2 }] }, float_val: [1, 2] } },
      output_filter: ['a', 'b'],
    });
    const { modelSpec, inputs, outputFilter } = atOnce(decodePredictRequest(bytes));
    assert.deepEqual(modelSpec, { name: 'digits', version: 9007199254740993n, signatureName: 's' });
    assert.deepEqual([...inputs.keys()], ['x']);
    assert.deepEqual(comparable(inputs.get('x')!), { dtype: 'float32', shape: [2], elements: [1, 2] });
    assert.deepEqual(outputFilter, ['a', 'b']);
  });

  it('tells a request without model_spec from one with an empty one', () => {
    assert.equal(atOnce(decodePredictRequest(Buffer.alloc(0))).modelSpec, undefined);
    assert.deepEqual(atOnce(decodePredictRequest(encode({ model_spec: {} }))).modelSpec, {
      name: '',
      signatureName: '',
    });
  });

  it('merges model_spec, and lets the last of version and label win', () => {
    const merged = Buffer.concat([
      encode({ model_spec: { name: 'a', version: { value: '3' } } }),
      encode({ model_spec: { version_label: 'stable' } }),
      encode({ model_spec: { signature_name: 's' } }),
    ]);
    assert.deepEqual(atOnce(decodePredictRequest(merged)).modelSpec, {
      name: 'a',
      versionLabel: 'stable',
      signatureName: 's',
    });
    const version = Buffer.concat([merged, encode({ model_spec: { version: {} } })]);
    assert.equal(atOnce(decodePredictRequest(version)).modelSpec?.version, 0n);
  });

  it('takes the later of two inputs of one name, without looking at what the earlier one means', () => {
    const bytes = Buffer.concat([
      encode({ inputs: { x: { dtype: 14 } } }),
      encode({ inputs: { x: { dtype: 3 } } }),
    ]);
    assert.deepEqual(comparable(atOnce(decodePredictRequest(bytes)).inputs.get('x')!), {
      dtype: 'int32',
      shape: [],
      elements: [0],
    });
  });

  it('merges the values of one entry only if each is a message', () => {
    const whole = Buffer.from([0x12, 0x08, 0x12, 0x02, 0x08, 0x03, 0x12, 0x02, 0x38, 0x07]);
    assert.deepEqual(comparable(atOnce(decodePredictRequest(whole)).inputs.get('')!), {
      dtype: 'int32',
      shape: [],
      elements: [7],
    });
    const torn = Buffer.from([0x12, 0x06, 0x12, 0x01, 0x08, 0x12, 0x01, 0x03]);
    assert.throws(() => atOnce(decodePredictRequest(torn)), { code: 'REQUEST_MALFORMED' });
  });

  it('reads long requests a few milliseconds at a time, and short ones at once', () => {
    const values = Array.from({ length: 100_000 }, (_, index) => index * 1000);
    const tensor_shape = { dim: [{ size: values.length }] };
    const packed = encode({ inputs: { x: { dtype: 9, tensor_shape, int64_val: values } } });
    const strings = Array.from({ length: 50_000 }, () => Buffer.from('s'));
    const texts = encode({
      inputs: { x: { dtype: 7, tensor_shape: { dim: [{ size: 50_000 }] }, string_val: strings } },
    });
    assert.deepEqual(elements(readInSteps(packed).tensor), values.map(BigInt));
    assert.ok(readInSteps(packed).steps >= 6);
    assert.ok(readInSteps(texts).steps >= 6);
    const short = encode({
      inputs: { x: { dtype: 9, tensor_shape: { dim: [{ size: 1 }] }, int64_val: [1] } },
    });
    assert.equal(readInSteps(short).steps, 0);
  });

  it('refuses names that are not UTF-8', () => {
    for (const bytes of [
      [0x0a, 0x03, 0x0a, 0x01, 0xff],
      [0x12, 0x03, 0x0a, 0x01, 0xff],
      [0x1a, 0x01, 0xff],
    ]) {
      assert.throws(() => atOnce(decodePredictRequest(Buffer.from(bytes))), { code: 'REQUEST_MALFORMED' });
    }
  });

  it('agrees with protobufjs on random requests', () => {
    const random = new Random(1);
    let accepted = 0;
    for (let round = 0; round < 4000; round++) {
      const bytes = randomRequest(random);
      const hand = byHand(bytes);
      assert.deepEqual(hand, byReference(bytes), `round ${round}: ${bytes.toString('hex')}`);
      accepted += 'error' in hand ? 0 : 1;
    }
    assert.ok(accepted > 2000, `${accepted} accepted`);
  });

  // One laxity of protobufjs that these seeds do not meet: it skips unknown varints of more than 10 bytes; C++ does not.
  it('agrees with protobufjs on truncated and mutated requests', () => {
    const random = new Random(2);
    const seen = new Map<string, number>();
    for (let round = 0; round < 8000; round++) {
      const whole = randomRequest(random);
      const bytes = random.chance(0.3)
        ? whole.subarray(0, random.below(whole.length + 1))
        : Buffer.from(whole);
      for (let count = random.below(3); count > 0 && bytes.length > 0; count--) {
        bytes[random.below(bytes.length)] = random.below(256);
      }
      const hand = byHand(bytes);
      const reference = byReference(bytes);
      const kind = 'error' in hand ? String(hand.error) : 'accepted';
      seen.set(kind, (seen.get(kind) ?? 0) + 1);
      if (isLarge(hand)) {
        continue;
      }
      assert.deepEqual(hand, reference, `round ${round}: ${bytes.toString('hex')}`);
    }
    for (const kind of ['malformed', 'refused', 'accepted']) {
      assert.ok((seen.get(kind) ?? 0) > 100, `${kind}: ${seen.get(kind)}`);
    }
  });
});

/** The only tensor of a request, and how often the reading of it let others go before. */
function readInSteps(bytes: Uint8Array): { tensor: Tensor; steps: number } {
  const work = decodePredictRequest(bytes);
  for (let steps = 0; ; steps++) {
    const step = work.next();
    if (step.done === true) {
      const [tensor] = step.value.inputs.values();
      assert.ok(tensor !== undefined);
      return { tensor, steps };
    }
  }
}

/** Whether a mutation made a shape that the plain reference code does not spell out. */
function isLarge(request: object): boolean {
  const inputs =
    'inputs' in request ? (request.inputs as Map<string, { elements: unknown[] }>) : new Map<string, never>();
  return [...inputs.values()].some(({ elements }) => elements.length > 4096);
}
