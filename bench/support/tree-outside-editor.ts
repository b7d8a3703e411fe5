// The tree of models without an editor: bundled with a module in place of "vscode".
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { ModelsTree } from '../../extension/explorer/models-tree.ts';
import { repository, temporaryDirectory } from './daemon.ts';

/** The class, as the extension has it. */
export async function modelsTreeOutsideEditor(): Promise<typeof ModelsTree> {
  const { directory } = await temporaryDirectory();
  try {
    const outfile = path.join(directory, 'tree.mjs');
    await build({
      entryPoints: [path.join(repository, 'extension', 'explorer', 'models-tree.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20.18',
      alias: { vscode: path.join(import.meta.dirname, 'fake-vscode.ts') },
      logLevel: 'warning',
    });
    const bundle = (await import(pathToFileURL(outfile).href)) as { ModelsTree: typeof ModelsTree };
    return bundle.ModelsTree;
  } finally {
    await rm(directory, { recursive: true });
  }
}
