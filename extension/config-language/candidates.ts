// Names of files that are config files, or may be. Imports nothing, so that looking costs nothing.

/** The language of text-format files, shared with other extensions. */
export const textprotoLanguage = 'textproto';

/**
 * Names that are taken for config files whatever the language, and that package.json claims for `textproto`. Others that
 * config-kind.ts knows need that language or a header: Gazebo's model.config is XML, Apache has an ssl.conf, and TensorFlow
 * writes graphs as model.pbtxt.
 */
export const claimedFileNames: readonly string[] = [
  'config.pbtxt',
  'perch.pbtxt',
  'models.config',
  'models.pbtxt',
  ...namesOf(['model_config', 'models_config'], ['config', 'pbtxt']),
  'model.config.pbtxt',
  'models.config.pbtxt',
  ...namesOf(['batching'], ['config', 'pbtxt']),
  ...namesOf(['batching_config', 'batching_parameters', 'batching_params'], ['config', 'pbtxt', 'txt']),
  ...namesOf(['monitoring'], ['config', 'pbtxt']),
  ...namesOf(['monitoring_config'], ['config', 'pbtxt', 'txt']),
  'ssl.pbtxt',
  ...namesOf(['ssl_config'], ['config', 'pbtxt', 'txt']),
];

/** Extensions of files in which a header may say that they are a config file. */
const textprotoExtensions = ['pbtxt', 'textproto', 'textpb', 'txtpb', 'prototxt'];

/** Patterns of all files that may be config files. */
export const candidatePatterns: readonly string[] = [
  ...claimedFileNames.map((name) => `**/${name}`),
  `**/*.{${textprotoExtensions.join(',')}}`,
];

/** The last step of a path of this machine. */
export function baseName(file: string): string {
  return file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
}

/** Whether a file may be a config file whatever its language, so that it is worth reading. */
export function isCandidateName(file: string): boolean {
  const name = baseName(file);
  return (
    claimedFileNames.includes(name) || textprotoExtensions.some((extension) => name.endsWith(`.${extension}`))
  );
}

function namesOf(stems: readonly string[], extensions: readonly string[]): string[] {
  return stems.flatMap((stem) => extensions.map((extension) => `${stem}.${extension}`));
}
