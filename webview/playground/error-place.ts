// Which input an error of the daemon is about, by its words (server/codec/json-reader.ts, check-inputs.ts).

/** Where a message belongs. */
export interface ErrorPlace {
  /** Absent where it is about no input in particular. */
  readonly input?: string;
  /** The row, 0-based, where the message names it. */
  readonly row?: number;
}

const patterns: readonly RegExp[] = [
  /^Input "(?<input>[^"]*)"/,
  /^Failed to process element: (?<row>\d+) key: (?<input>.+) of 'instances' list\. Error: (?!INVALID_ARGUMENT: JSON object: does not have)/s,
  /^Missing named input: (?<input>.+) in 'inputs' object/,
  /^Signature input alias: (?<input>.+?)\(feed name:/,
  /^Failed to process element: (?<row>\d+)\b/,
];

const aboutAValue =
  /^(JSON Value:|Cannot convert JSON value:|Encountered list at|Expecting (tensor size|shape)|Unable to base64)/;

/** The place; `inputs` are the model's. A message about a value is the only input's, where there is but one. */
export function errorPlace(message: string, inputs: readonly string[]): ErrorPlace {
  for (const pattern of patterns) {
    const groups = pattern.exec(message)?.groups;
    if (groups !== undefined) {
      const input = inputs.find((name) => name === groups.input) ?? onlyOf(inputs);
      return {
        ...(input === undefined ? {} : { input }),
        ...(groups.row === undefined ? {} : { row: Number(groups.row) }),
      };
    }
  }
  const input = aboutAValue.test(message) ? onlyOf(inputs) : undefined;
  return input === undefined ? {} : { input };
}

function onlyOf(inputs: readonly string[]): string | undefined {
  return inputs.length === 1 ? inputs[0] : undefined;
}
