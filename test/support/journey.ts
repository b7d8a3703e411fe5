// What all end-to-end tests share: the package under test, and the pictures that they leave.
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from './host-paths.ts';
import type { Workbench } from './workbench.ts';

/** Where the tests leave logs and pictures. */
export const output = path.join(repositoryRoot, 'test', 'output');

const screenshots = path.join(output, 'screenshots');

/** The package that scripts/test.mjs made, or the one that `npm run package` left for this platform. */
export function packagedExtension(): string {
  const manifest = JSON.parse(readFileSync(path.join(repositoryRoot, 'package.json'), 'utf8')) as {
    version: string;
  };
  const file = `perch-${process.platform}-${process.arch}-${manifest.version}.vsix`;
  return process.env.PERCH_VSIX ?? path.join(repositoryRoot, file);
}

/** Keeps a picture of what the user sees; with UPDATE_SCREENSHOTS=1 it also becomes the README's. */
export async function picture(workbench: Workbench, name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  const file = path.join(screenshots, `${name}.png`);
  await workbench.screenshot(file);
  if (process.env.UPDATE_SCREENSHOTS === '1') {
    const media = path.join(repositoryRoot, 'media', 'screenshots');
    mkdirSync(media, { recursive: true });
    copyFileSync(file, path.join(media, `${name}.png`));
  }
}
