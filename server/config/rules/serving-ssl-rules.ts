// The rules of TensorFlow Serving's SSL config, as far as they need no cryptography; the daemon asks here too. Pure.
import { removeFields, writeInstead } from './rule-fixes.ts';
import { ruleTree, type RuleMessage } from './rule-tree.ts';
import type { Rules } from './run-rules.ts';
import type { TellServing } from './serving-model.ts';

/** Of which kind the PEM texts of a field are, as their first lines say. */
export type PemLabel = 'PRIVATE KEY' | 'CERTIFICATE';

/** Why `pem` is no text of this kind, to be put behind the field's name; undefined where it seems to be one. */
export function pemProblem(pem: string, label: PemLabel): string | undefined {
  if (pem.trim() === '') {
    return 'is empty.';
  }
  if (!new RegExp(`-----BEGIN [A-Z0-9 ]*${label}-----`).test(pem)) {
    return `has no "-----BEGIN … ${label}-----": it takes the text of the PEM file, not its path.`;
  }
  return label === 'PRIVATE KEY' && pem.includes('ENCRYPTED')
    ? 'is encrypted; give the key without a passphrase.'
    : undefined;
}

/** Why client_verify cannot be set alone. */
export const clientVerifyWords =
  'client_verify needs custom_ca, the certificates that those of clients are checked against.';

/** Why custom_ca should not be set alone. */
export const customCaWords = 'custom_ca has no effect without client_verify: true.';

/** What can be wrong with an SSL config beside what is in its keys and certificates. */
export const sslRules: Rules = ({ document, schema }, _around, report) => {
  const tell: TellServing = report;
  const root = ruleTree(document, schema);
  checkPem(root, 'server_key', 'PRIVATE KEY', tell);
  checkPem(root, 'server_cert', 'CERTIFICATE', tell);
  const authorities = root.text('custom_ca');
  const verify = root.flag('client_verify');
  if (authorities === undefined || verify === undefined) {
    return;
  }
  if (authorities.value !== '') {
    checkPem(root, 'custom_ca', 'CERTIFICATE', tell);
    if (!verify.value) {
      const place = root.fields('custom_ca')[0]?.name ?? authorities.at;
      tell('serving/custom-ca-unused', place, customCaWords, { severity: 'warning' });
    }
  } else if (verify.value) {
    const isAlone = !root.has('custom_ca');
    tell('serving/client-verify', verify.at, clientVerifyWords, {
      fixes: isAlone
        ? removeFields('Remove client_verify', document.text, root.fields('client_verify').slice(0, 1))
        : writeInstead(verify, 'false'),
    });
  }
};

/** Names no content of the field: findings get into logs. */
function checkPem(root: RuleMessage, name: string, label: PemLabel, tell: TellServing): void {
  const pem = root.text(name);
  const problem = pem === undefined ? undefined : pemProblem(pem.value, label);
  if (pem !== undefined && problem !== undefined) {
    tell('serving/pem', root.fields(name)[0]?.name ?? pem.at, `${name} ${problem}`);
  }
}
