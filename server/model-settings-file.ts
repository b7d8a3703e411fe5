// Triton's config.pbtxt has a say in which versions are served, and in what their file is called.
import path from 'node:path';
import { loadModelConfig, modelConfigFile } from './config/model-config.ts';
import type { Logger } from './log.ts';
import type { SettingsFile } from './source/model-settings.ts';

/** How the source reads it. What it sets without effect is logged when it is read, which is when it changes. */
export function modelSettingsFile(log: Logger): SettingsFile {
  return {
    name: modelConfigFile,
    read: async (basePath) => {
      const config = await loadModelConfig(basePath);
      const model = path.basename(basePath);
      config?.notices.forEach((notice) => log.info(notice, { model, file: modelConfigFile }));
      const { versionPolicy, modelFilename } = config ?? {};
      return {
        ...(versionPolicy === undefined ? {} : { versionPolicy }),
        ...(modelFilename === undefined ? {} : { modelFilename }),
      };
    },
  };
}
