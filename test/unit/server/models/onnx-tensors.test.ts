// The walk to external tensors: where they can stand, how protobuf lets them be hidden, and what it costs to find them.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { externalTensors, type ExternalTensor } from '../../../../server/models/onnx-tensors.ts';
import {
  addGraph,
  addModel,
  externalEntry,
  externalLocation,
  field,
  graph,
  group,
  model,
  node,
  tensor,
  value,
  varint,
  varintField,
} from '../../../support/onnx-builder.ts';

const never = new AbortController().signal;

/** Walks bytes in memory; counts the reads and the bytes that they gave. */
async function walk(
  bytes: Uint8Array,
  size = bytes.length,
): Promise<{ found: ExternalTensor[]; reads: number; read: number }> {
  let reads = 0;
  let total = 0;
  const read = (
    into: Uint8Array,
    at: number,
    length: number,
    position: number,
  ): Promise<{ bytesRead: number }> => {
    const part = bytes.subarray(position, position + length);
    into.set(part, at);
    reads++;
    total += part.length;
    return Promise.resolve({ bytesRead: part.length });
  };
  const found: ExternalTensor[] = [];
  for await (const each of externalTensors({ read } as never, size, never)) {
    found.push({ ...each, data: new Map(each.data) });
  }
  return { found, reads, read: total };
}

const namesIn = async (bytes: Uint8Array): Promise<string[]> =>
  (await walk(bytes)).found.map(({ name }) => name);
const locationOf = ({ data }: ExternalTensor): string => Buffer.from(data.get('location') ?? []).toString();

const external = (name: string): Buffer =>
  tensor({ name, dims: [4], external: [['location', `${name}.bin`]] });
const plain = tensor({ name: 'p', dims: [4], raw: new Uint8Array(16) });
const location = externalEntry('location', 'w.bin');
const join = (...parts: readonly Uint8Array[]): Buffer => Buffer.concat(parts);
/** A model with these fields in its graph. */
const inGraph = (...fields: readonly Uint8Array[]): Buffer => model(graph({ more: join(...fields) }));
const inTensor = (...fields: readonly Uint8Array[]): Buffer =>
  inGraph(field(5, join(tensor({ name: 'w', dims: [4] }), ...fields)));
const constant = (...attributeFields: readonly Uint8Array[]): Buffer =>
  inGraph(field(1, join(field(4, 'Constant'), field(5, join(field(1, 'value'), ...attributeFields)))));

describe('externalTensors: where they stand', () => {
  const places: Readonly<Record<string, Uint8Array>> = {
    'an initializer': inGraph(field(5, external('w'))),
    'a second graph field, which protobuf merges': model(graph({}), {
      more: field(7, field(5, external('w'))),
    }),
    'a sparse initializer’s values': inGraph(field(15, field(1, external('w')))),
    'a sparse initializer’s indices': inGraph(field(15, field(2, external('w')))),
    'an attribute': constant(field(5, external('w'))),
    'a list attribute': constant(field(10, external('w'))),
    'a sparse attribute': constant(field(22, field(1, external('w')))),
    'a list of sparse attributes': constant(field(23, field(2, external('w')))),
    'a subgraph': constant(field(6, graph({ initializers: [external('w')] }))),
    'a list of subgraphs': constant(field(11, graph({ initializers: [external('w')] }))),
    'a function': model(graph({}), {
      more: field(25, field(7, node('Constant', [], ['c'], { value: { tensor: external('w') } }))),
    }),
    'a default attribute of a function': model(graph({}), {
      more: field(25, field(11, field(5, external('w')))),
    }),
    'a training graph': model(graph({}), { more: field(20, field(1, field(5, external('w')))) }),
    'a training algorithm': model(graph({}), { more: field(20, field(2, field(5, external('w')))) }),
  };
  for (const [place, bytes] of Object.entries(places)) {
    it(`finds one in ${place}`, async () => assert.deepEqual(await namesIn(bytes), ['w']));
  }

  it('finds none where the data is in the model', async () => {
    assert.deepEqual(await namesIn(addModel(plain)), []);
    assert.deepEqual(await namesIn(inTensor(location)), []);
    assert.deepEqual(await namesIn(inTensor(location, varintField(14, 0))), []);
  });

  it('finds those of several levels, in their order', async () => {
    const inner = graph({ initializers: [external('b'), plain, external('c')] });
    const branches = node('If', ['c'], ['y'], {
      then_branch: { graph: inner },
      else_branch: { graph: inner },
    });
    const bytes = model(graph({ nodes: [branches], initializers: [external('a')], outputs: [value('y')] }));
    assert.deepEqual(await namesIn(bytes), ['b', 'c', 'b', 'c', 'a']);
  });
});

describe('externalTensors: how they are hidden', () => {
  const tagged = (tag: readonly number[], content: Uint8Array): Buffer =>
    join(Uint8Array.from(tag), varint(content.length), content);
  const w = external('w');
  const found: Readonly<Record<string, Uint8Array>> = {
    'a tag with a needless byte': inGraph(tagged([0xaa, 0x00], w)),
    'a tag with bits above the 32nd': inGraph(tagged([0xaa, 0x80, 0x80, 0x80, 0x70], w)),
    'a length with needless bytes': inGraph(Uint8Array.of(0x2a, w.length | 0x80, 0x80, 0x80, 0x80, 0x00), w),
    'a group before it': inGraph(group(99, field(5, plain)), field(5, w)),
    'groups in groups before it': inGraph(
      group(99, join(group(5, varintField(1, 1)), group(7, field(5, w)))),
      field(5, w),
    ),
    'fields of other wire types before it': inGraph(
      Uint8Array.of(0x2d, 1, 2, 3, 4, 0x29, 1, 2, 3, 4, 5, 6, 7, 8, 0x28, 5),
      field(5, w),
    ),
    'data_location with bits above the 32nd': inTensor(location, varintField(14, 2n ** 32n + 1n)),
    'data_location, then a value that protobuf does not know': inTensor(
      location,
      externalLocation,
      varintField(14, 7),
    ),
    'data_location before the entries': inTensor(externalLocation, location),
    'an entry whose key stands there twice': inTensor(
      externalLocation,
      field(13, join(field(1, 'no'), field(2, 'no'), field(1, 'location'), field(2, 'w.bin'))),
    ),
    'an attribute’s tensor in two pieces': constant(
      field(5, join(field(8, 'w'), location)),
      field(5, externalLocation),
    ),
    'a sparse attribute in two pieces': constant(
      field(22, field(1, join(field(8, 'w'), location))),
      field(22, field(1, externalLocation)),
    ),
    'a sparse initializer’s values in two pieces': inGraph(
      field(15, join(field(1, join(field(8, 'w'), location)), field(1, externalLocation))),
    ),
  };
  for (const [how, bytes] of Object.entries(found)) {
    it(`finds one hidden by: ${how}`, async () => {
      const tensors = (await walk(bytes)).found;
      assert.deepEqual(
        tensors.map(({ name }) => name),
        ['w'],
      );
      assert.equal(locationOf(tensors[0]!), 'w.bin');
    });
  }

  it('keeps the pieces of a merged tensor together, and other tensors apart', async () => {
    const first = join(field(8, 'w'), externalLocation, location);
    const merged = (await walk(constant(field(5, first), field(5, location)))).found;
    assert.deepEqual(
      merged.map(({ repeats }) => repeats),
      [false, true],
    );
    const apart = (await walk(constant(field(10, first), field(10, first)))).found;
    assert.deepEqual(
      apart.map(({ repeats }) => repeats),
      [false, false],
    );
  });

  it('walks no groups, and data_location is a varint', async () => {
    assert.deepEqual(await namesIn(inGraph(group(5, w))), []);
    assert.deepEqual(await namesIn(inGraph(group(99, field(5, w)))), []);
    assert.deepEqual(await namesIn(inTensor(location, field(14, Uint8Array.of(1)))), []);
  });

  const malformed: Readonly<Record<string, Uint8Array>> = {
    'field number 0': Uint8Array.of(0x02, 0x00),
    'wire type 6': Uint8Array.of(0x9e, 0x06),
    'wire type 7': Uint8Array.of(0x9f, 0x06),
    'an end of no group': Uint8Array.of(0x0c),
    'an end of another group': Uint8Array.of(0x9b, 0x06, 0xa4, 0x06),
    'a group without an end': Uint8Array.of(0x9b, 0x06),
    'a varint of 11 bytes': Uint8Array.of(0x50, ...Array<number>(10).fill(0x80), 0),
    'a length past the end': Uint8Array.of(0x52, 0x7f),
    'a fixed64 past the end': Uint8Array.of(0x51, 1),
    '101 groups in one another': Buffer.alloc(202, Uint8Array.of(0x9b, 0x06)),
  };
  for (const [what, bytes] of Object.entries(malformed)) {
    it(`ends quietly at ${what}`, async () => {
      assert.deepEqual(await namesIn(inGraph(field(5, w), bytes)), ['w']);
      assert.deepEqual(await namesIn(bytes), []);
    });
  }

  it('ends quietly where a field reaches out of its message', async () => {
    const long = Uint8Array.of(0x2a, 100);
    assert.deepEqual(await namesIn(join(model(graph({ more: long })), Buffer.alloc(200), w)), []);
  });

  it('refuses graphs within graphs more than 64 deep', async () => {
    let nested = graph({ initializers: [w] });
    for (let depth = 1; depth < 64; depth++) {
      nested = graph({ nodes: [node('If', ['c'], ['y'], { then_branch: { graph: nested } })] });
    }
    assert.deepEqual(await namesIn(model(nested)), ['w']);
    nested = graph({ nodes: [node('If', ['c'], ['y'], { then_branch: { graph: nested } })] });
    await assert.rejects(namesIn(model(nested)), { code: 'MODEL_FILE_INVALID' });
  });
});

describe('externalTensors: what it costs', () => {
  it('reads nothing of the weights', async () => {
    const initializers = Array.from({ length: 100 }, (_, i) =>
      tensor({ name: `w${i}`, dims: [25_000], raw: new Uint8Array(100_000) }),
    );
    const { reads, read } = await walk(model(addGraph([...initializers, external('last')])));
    assert.ok(reads <= 110, `${reads} reads`);
    assert.ok(read <= 250_000, `${read} bytes`);
  });

  it('reads a large graph in large pieces, and each byte about once', async () => {
    const nodes = Array.from({ length: 20_000 }, () => node('Neg', ['a'], ['b']));
    const bytes = model(graph({ nodes, initializers: [external('w')] }));
    const { found, reads, read } = await walk(bytes);
    assert.equal(found.length, 1);
    assert.ok(reads <= 10 + bytes.length / 60_000, `${reads} reads`);
    assert.ok(read <= bytes.length * 1.01, `${read} of ${bytes.length} bytes`);
  });

  it('ends quietly where the file has become shorter', async () => {
    const bytes = inGraph(field(5, external('w')));
    for (let length = 0; length < bytes.length; length++) {
      await walk(bytes.subarray(0, length), bytes.length);
    }
  });

  it('takes any bytes', async () => {
    const some = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom(external('w'), plain, addModel(plain)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(some, { maxLength: 4 }), async (parts) => {
        await walk(inGraph(...parts));
        await walk(join(...parts));
      }),
    );
  });
});
