// Models whose weights are said to lie where nothing may be read, or in what is no plain file.
import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { addModel, addGraph, field, graph, model, node, tensor, value } from '../../support/onnx-builder.ts';
import type { HostileModel } from './broken-models.ts';

type Entries = readonly (readonly [string, string])[];

const weights = (external: Entries): Buffer => tensor({ name: 'w', dims: [4], external });

function refused(name: string, external: Entries, prepare?: HostileModel['prepare']): HostileModel {
  return {
    name: `external_${name}`,
    bytes: () => addModel(weights(external)),
    ...(prepare === undefined ? {} : { prepare }),
    outcome: ['EXTERNAL_DATA_REFUSED'],
  };
}

const plainFile = (directory: string): void => writeFileSync(path.join(directory, 'w.bin'), Buffer.alloc(16));
const at = (location: string): Entries => [['location', location]];
const range = (offset: string, length: string): Entries => [
  ['location', 'w.bin'],
  ['offset', offset],
  ['length', length],
];

/** One whose data lies where it should. */
export const harmless: HostileModel = {
  name: 'external_as_it_should_be',
  bytes: () => addModel(weights(range('0', '16'))),
  prepare: plainFile,
  outcome: ['served'],
};

/** The last one is as it should be. */
export const externalModels: readonly HostileModel[] = [
  refused('absolute', at('/etc/hostname')),
  refused('drive', at('C:/windows/win.ini')),
  refused('up', at('../../../etc/hostname')),
  refused('up_and_back', at('sub/../w.bin'), (directory) => {
    plainFile(directory);
    mkdirSync(path.join(directory, 'sub'));
  }),
  refused('backslash', at('sub\\w.bin'), plainFile),
  refused('nul', at('w.bin\0.txt'), plainFile),
  refused('no_location', [['offset', '0']]),
  refused('empty_location', at('')),
  refused('missing', at('missing.bin')),
  refused('directory', at('sub'), (directory) => mkdirSync(path.join(directory, 'sub'))),
  refused('symbolic_link', at('w.bin'), (directory, outside) => {
    plainFile(outside);
    symlinkSync(path.join(outside, 'w.bin'), path.join(directory, 'w.bin'));
  }),
  refused('linked_directory', at('sub/w.bin'), (directory, outside) => {
    plainFile(outside);
    symlinkSync(outside, path.join(directory, 'sub'));
  }),
  refused('hard_link', at('w.bin'), (directory, outside) => {
    plainFile(outside);
    linkSync(path.join(outside, 'w.bin'), path.join(directory, 'w.bin'));
  }),
  refused('fifo', at('w.bin'), (directory) => {
    execFileSync('mkfifo', [path.join(directory, 'w.bin')]);
  }),
  refused('device', at('w.bin'), (directory) => symlinkSync('/dev/zero', path.join(directory, 'w.bin'))),
  refused('offset_negative', range('-16', '16'), plainFile),
  refused('offset_text', range('0x0', '16'), plainFile),
  refused('offset_huge', range('9223372036854775807', '16'), plainFile),
  refused('length_beyond', range('8', '16'), plainFile),
  refused('length_huge', range('0', '999999999999999999'), plainFile),
  refused('location_twice', [...at('w.bin'), ...at('w.bin')], plainFile),
  refused('prepacked', [...at('w.bin'), ['prepacked_1', 'k|0;16;0']], plainFile),
  refused('memory_address', range('4096', '16').with(0, ['location', '*/_ORT_MEM_ADDR_/*']), (directory) => {
    mkdirSync(path.join(directory, '*', '_ORT_MEM_ADDR_'), { recursive: true });
    const sparse = path.join(directory, '*', '_ORT_MEM_ADDR_', '*');
    writeFileSync(sparse, '');
    truncateSync(sparse, 8192);
  }),
  {
    name: 'external_in_function',
    bytes: (): Buffer => {
      const constant = node('Constant', [], ['c'], { value: { tensor: weights(at('/etc/hostname')) } });
      const parts = [field(1, 'F'), field(5, 'c'), field(7, constant), field(10, 'd')];
      const plain = tensor({ name: 'w', dims: [4], raw: new Uint8Array(16) });
      return model(addGraph([plain]), { more: field(25, Buffer.concat(parts)) });
    },
    outcome: ['EXTERNAL_DATA_REFUSED'],
  },
  {
    name: 'external_in_second_graph',
    bytes: () =>
      model(
        graph({
          nodes: [node('Add', ['x', 'w'], ['y'])],
          inputs: [value('x', [4])],
          outputs: [value('y', [4])],
        }),
        { more: field(7, field(5, weights(at('/etc/hostname')))) },
      ),
    outcome: ['EXTERNAL_DATA_REFUSED'],
  },
  harmless,
];
