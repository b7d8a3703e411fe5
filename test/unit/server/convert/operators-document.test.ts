// docs/operators.md against the code: every operator that is served is there, and says its limits.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { operatorLimits } from '../../../../server/convert/savedmodel/operator-limits.ts';
import { operatorsDocument, supportedOperators } from '../../../support/operators-document.ts';

const file = path.join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'operators.md');

describe('docs/operators.md', () => {
  it('is what `npm run operators` writes', () => {
    assert.equal(readFileSync(file, 'utf8'), operatorsDocument());
  });

  it('says limits only of operators that are served', () => {
    const served = new Set(supportedOperators());
    assert.deepEqual(
      [...operatorLimits.keys()].filter((op) => !served.has(op)),
      [],
    );
  });
});
