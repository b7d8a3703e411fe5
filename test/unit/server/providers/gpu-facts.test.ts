// What the tools of drivers and systems say of GPUs, read robustly.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { parseNvidiaSmi, readGpuFacts } from '../../../../server/engine/providers/gpu-facts.ts';
import {
  linuxGpus,
  parseSystemProfiler,
  parseVideoControllers,
  systemGpus,
} from '../../../../server/engine/providers/system-gpus.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const forever = new AbortController().signal;

describe('nvidia-smi', () => {
  it('tells of every GPU, in bytes and percent', () => {
    const text = '0, NVIDIA H200, 580.159.03, 143771, 1, 0\n1, Tesla T4, 535.1, 15360, 2048, 37\n';
    assert.deepEqual(parseNvidiaSmi(text), [
      {
        index: 0,
        name: 'NVIDIA H200',
        driverVersion: '580.159.03',
        memoryTotalBytes: 143_771 * 2 ** 20,
        memoryUsedBytes: 2 ** 20,
        utilizationPercent: 0,
      },
      {
        index: 1,
        name: 'Tesla T4',
        driverVersion: '535.1',
        memoryTotalBytes: 15_360 * 2 ** 20,
        memoryUsedBytes: 2 ** 31,
        utilizationPercent: 37,
      },
    ]);
  });

  it('leaves out what a GPU cannot tell', () => {
    assert.deepEqual(parseNvidiaSmi('0, GRID, 535.1, [N/A], [Not Supported], [Unknown Error]\r\n'), [
      { index: 0, name: 'GRID', driverVersion: '535.1' },
    ]);
  });

  it('of no GPU, an error or nonsense tells nothing', () => {
    for (const text of ['', 'No devices were found\n', '\0\n,,,,\n', 'a, b, c\n', '0\n', '0, [N/A]\n']) {
      assert.deepEqual(parseNvidiaSmi(text), [], text);
    }
  });

  it('is asked first, and nobody else where it answers', async () => {
    const asked: string[] = [];
    const gpus = await readGpuFacts(forever, (program) => {
      asked.push(program);
      return Promise.resolve('0, X, 1, 2, 3, 4');
    });
    assert.equal(gpus[0]?.name, 'X');
    assert.deepEqual(asked, ['nvidia-smi']);
  });

  it('that is not there or fails is no error', async () => {
    assert.ok(Array.isArray(await readGpuFacts(forever, () => Promise.reject(new Error('ENOENT')))));
  });

  it('is given up when the caller does', async () => {
    const controller = new AbortController();
    const asking = readGpuFacts(
      controller.signal,
      (_program, _args, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('killed')));
        }),
    );
    controller.abort(new Error('enough'));
    await assert.rejects(asking, /enough/);
  });
});

describe('the system', () => {
  it('Linux tells of cards, with memory and load where the driver does', async () => {
    using directory = tempDir();
    const card = (name: string, files: Readonly<Record<string, string>>): void => {
      const device = path.join(directory.path, name, 'device');
      mkdirSync(device, { recursive: true });
      for (const [file, text] of Object.entries(files)) {
        writeFileSync(path.join(device, file), `${text}\n`);
      }
    };
    card('card10', { vendor: '0x8086', device: '0x46a6' });
    card('card2', {
      vendor: '0x1002',
      device: '0x744c',
      mem_info_vram_total: '1024',
      mem_info_vram_used: '512',
      gpu_busy_percent: '3',
    });
    card('card1', { vendor: '0x1234', device: '0x1111' });
    card('card2-HDMI-A-1', { vendor: '0x1002' });
    mkdirSync(path.join(directory.path, 'card0'));
    assert.deepEqual(await linuxGpus(directory.path), [
      {
        index: 0,
        name: 'AMD GPU 0x744c',
        memoryTotalBytes: 1024,
        memoryUsedBytes: 512,
        utilizationPercent: 3,
      },
      { index: 1, name: 'Intel GPU 0x46a6' },
    ]);
    await assert.rejects(linuxGpus(path.join(directory.path, 'nowhere')));
  });

  it('macOS and Windows tell of names', async () => {
    const profiler = '{"SPDisplaysDataType":[{"_name":"x","sppci_model":"Apple M3"},{"_name":"y"},null]}';
    const controllers =
      '[{"Name":"AMD Radeon","DriverVersion":"31.0.1"},{"Name":"Basic","DriverVersion":null}]';
    assert.deepEqual(parseSystemProfiler(profiler), [{ index: 0, name: 'Apple M3' }]);
    assert.deepEqual(parseVideoControllers(controllers), [
      { index: 0, name: 'AMD Radeon', driverVersion: '31.0.1' },
      { index: 1, name: 'Basic' },
    ]);
    assert.deepEqual(parseSystemProfiler('{}'), []);
    assert.throws(() => parseVideoControllers('nothing'));
    assert.deepEqual(await systemGpus('darwin', () => Promise.resolve(profiler)), [
      { index: 0, name: 'Apple M3' },
    ]);
    assert.equal((await systemGpus('win32', () => Promise.resolve(controllers))).length, 2);
    assert.deepEqual(await systemGpus('aix', () => Promise.reject(new Error('never'))), []);
  });
});
