// What a command that changes labels, traffic or canary was called with: a row of the tree, or the arguments of a key
// binding or another extension. No vscode in here.

/** What is absent is asked for. */
export interface Given {
  readonly model: string | undefined;
  /** In decimal. */
  readonly version: string | undefined;
  readonly label: string | undefined;
  /** `stable 95, canary 5`. */
  readonly shares: string | undefined;
  /** `default`, `quick`, `manual`, or steps like `1, 10, 100`. */
  readonly plan: string | undefined;
  /** For the event log. */
  readonly reason: string | undefined;
  /** Whether the caller has asked the user already. */
  readonly confirmed: boolean;
}

/** Reads the first argument of a command. What it does not understand, it leaves out: commands can be called with anything. */
export function givenOf(argument: unknown): Given {
  const fields = new Map<string, unknown>(
    typeof argument === 'object' && argument !== null ? Object.entries(argument) : [],
  );
  const text = (name: string): string | undefined => {
    const value = fields.get(name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  return {
    model: text('model'),
    version: text('version'),
    label: text('label'),
    shares: typeof fields.get('shares') === 'string' ? String(fields.get('shares')) : undefined,
    plan: text('plan'),
    reason: text('reason'),
    confirmed: fields.get('confirmed') === true,
  };
}
