// npm run operators: writes docs/operators.md. test/unit/server/convert/operators-document.test.ts compares.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { tsImport } from 'tsx/esm/api';

const { operatorsDocument } = await tsImport('../test/support/operators-document.ts', import.meta.url);
const file = path.join(import.meta.dirname, '..', 'docs', 'operators.md');
writeFileSync(file, operatorsDocument());
console.log(path.relative(process.cwd(), file));
