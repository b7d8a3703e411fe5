// Reads JSON without losing anything: numbers stay the text that they were, and TensorFlow Serving's bare NaN is a number.

/** A value: a scalar is its own JSON text, a list an array, an object a JsonObject. */
export type JsonNode = string | readonly JsonNode[] | JsonObject;

/** An object. Of equal keys the first counts, as for the daemon. */
export interface JsonObject {
  readonly members: ReadonlyMap<string, JsonNode>;
}

/** What is wrong with a text, and where: a UTF-16 offset. */
export class JsonSyntaxError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.name = 'JsonSyntaxError';
    this.offset = offset;
  }
}

/** Nesting beyond this is refused: no tensor has so many dimensions, and a stack has an end. */
const maxDepth = 200;

const scalar =
  /(?:"[^"\\]*(?:\\.[^"\\]*)*"|-?(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|Infinity)|NaN|true|false|null)/y;
const space = /[ \t\r\n]*/y;

/** Reads a document. Throws JsonSyntaxError. */
export function readJson(text: string): JsonNode {
  const reader = new Reader(text);
  const node = reader.value(0);
  reader.end();
  return node;
}

/** Whether the node is an object. */
export function isJsonObject(node: JsonNode | undefined): node is JsonObject {
  return typeof node === 'object' && 'members' in node;
}

/** Whether the node is a list. */
export function isJsonList(node: JsonNode | undefined): node is readonly JsonNode[] {
  return typeof node === 'object' && !('members' in node);
}

class Reader {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): JsonNode {
    this.#skipSpace();
    const next = this.#text[this.#position];
    if (depth > maxDepth) {
      throw this.#error('nested too deeply');
    }
    if (next === '[') {
      return this.#list(depth);
    }
    if (next === '{') {
      return this.#object(depth);
    }
    return this.#scalar();
  }

  end(): void {
    this.#skipSpace();
    if (this.#position < this.#text.length) {
      throw this.#error('unexpected text behind the value');
    }
  }

  #list(depth: number): JsonNode[] {
    const items: JsonNode[] = [];
    this.#position++;
    if (this.#takes(']')) {
      return items;
    }
    do {
      items.push(this.value(depth + 1));
    } while (this.#takes(','));
    this.#expect(']');
    return items;
  }

  #object(depth: number): JsonObject {
    const members = new Map<string, JsonNode>();
    this.#position++;
    if (this.#takes('}')) {
      return { members };
    }
    do {
      this.#skipSpace();
      const key = this.#scalar();
      if (!key.startsWith('"')) {
        throw this.#error('a key in quotes is expected');
      }
      this.#expect(':');
      const value = this.value(depth + 1);
      const name = textOf(key);
      if (!members.has(name)) {
        members.set(name, value);
      }
    } while (this.#takes(','));
    this.#expect('}');
    return { members };
  }

  #scalar(): string {
    scalar.lastIndex = this.#position;
    const found = scalar.exec(this.#text)?.[0];
    if (found === undefined) {
      throw this.#error(this.#position >= this.#text.length ? 'the text ends too early' : 'no JSON value');
    }
    this.#position += found.length;
    return found;
  }

  #takes(character: string): boolean {
    this.#skipSpace();
    const is = this.#text[this.#position] === character;
    this.#position += is ? 1 : 0;
    return is;
  }

  #expect(character: string): void {
    if (!this.#takes(character)) {
      throw this.#error(`"${character}" is expected`);
    }
  }

  #skipSpace(): void {
    space.lastIndex = this.#position;
    space.exec(this.#text);
    this.#position = space.lastIndex;
  }

  #error(message: string): JsonSyntaxError {
    return new JsonSyntaxError(message, this.#position);
  }
}

/** The string that a JSON string's text stands for; an escape that there is not stands for itself. */
export function textOf(json: string): string {
  try {
    return String(JSON.parse(json));
  } catch {
    return json.slice(1, -1);
  }
}
