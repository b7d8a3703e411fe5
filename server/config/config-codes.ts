// All codes that findings in config files can have, with a line each; docs/config-diagnostics.md explains them. Pure.
import { diagnosticCodes } from '../textproto/diagnostics.ts';
import { modelCodes } from './rules/model-codes.ts';
import { perchCodes } from './rules/perch-codes.ts';
import { servingCodes } from './rules/serving-codes.ts';
import { tritonCodes } from './rules/triton-codes.ts';

/** Of files that could not be looked into. */
const fileCodes = {
  'file/unreadable': 'The file cannot be read, is too large, or is not UTF-8.',
} as const;
export type FileCode = keyof typeof fileCodes;

/** By code; the line says what it means. */
export const configCodes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...fileCodes,
    ...diagnosticCodes,
    ...tritonCodes,
    ...servingCodes,
    ...modelCodes,
    ...perchCodes,
  }),
);
