// Converts one model in a process of its own, or opens it from the cache, and prints what that took as one line of JSON.
import { openProgram } from '../../server/convert/program-cache.ts';
import { openOnnx } from '../../test/support/convert/onnx-session.ts';

/** What the process prints. */
export interface ConvertFigures {
  /** From before the program is opened until it is there, milliseconds. */
  readonly openMs: number;
  /** And until ONNX Runtime has loaded its first ONNX file. */
  readonly loadMs: number;
  readonly cached: boolean;
  readonly weightBytes: number;
  /** The most memory that the process had, over what it had before, bytes. */
  readonly peakBytes: number;
}

async function main(directory: string, cacheDirectory: string, withSession: boolean): Promise<void> {
  const before = process.memoryUsage.rss();
  const begun = performance.now();
  const opened = await openProgram({
    directory,
    kind: 'saved_model',
    file: 'saved_model.pb',
    cacheDirectory,
    tags: ['serve'],
  });
  const openMs = performance.now() - begun;
  // Kilobytes (getrusage).
  const peakBytes = process.resourceUsage().maxRSS * 1024 - before;
  const [plan] = opened.program.plans;
  if (withSession && plan?.onnxFile !== undefined) {
    await openOnnx(`${opened.directory}/${plan.onnxFile}`);
  }
  const figures: ConvertFigures = {
    openMs,
    loadMs: performance.now() - begun,
    cached: opened.cached,
    weightBytes: opened.program.report.weightBytes,
    peakBytes,
  };
  console.log(JSON.stringify(figures));
}

const [directory = '', cacheDirectory = '', withSession = ''] = process.argv.slice(2);
void main(directory, cacheDirectory, withSession === 'session');
