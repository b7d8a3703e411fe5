// The request while it is edited: one body behind the form and the JSON view, so that they are always in step.
import { checkInput, type InputProblem, type TensorFacts } from './check-input.ts';
import { fillInput, type Filling } from './fill-input.ts';
import { JsonSyntaxError, readJson } from './json-nodes.ts';
import {
  forSignature,
  isProblem,
  pathText,
  readBody,
  writeBody,
  type BodyFormat,
  type BodyProblem,
  type RequestBody,
} from './request-body.ts';
import { fromNode, toJson, type DataValue, type TensorValue } from './tensor-value.ts';

/** What is wrong at an input. */
export type FieldProblem = InputProblem | BodyProblem;

/** The request for one signature. */
export class Draft {
  readonly inputs: readonly TensorFacts[];
  readonly #signatureName: string;
  #body: RequestBody;
  #json: string;
  #jsonProblem: BodyProblem | undefined;
  /** Texts of fields that are no value yet, and why. */
  readonly #typed = new Map<string, { readonly text: string; readonly problem: BodyProblem }>();

  /**
   * Begins with `text` where the inputs can be read of it, else with `sample`, else with zeros. `signatureName`: that of the
   * signature; empty where it has none.
   */
  constructor(inputs: readonly TensorFacts[], text: string, sample: string, signatureName = '') {
    this.inputs = inputs;
    this.#signatureName = signatureName;
    const read = [text, sample].map((one) => readBody(one, this.#names)).find((one) => !isProblem(one));
    this.#body = forSignature(read === undefined || isProblem(read) ? this.#zeros() : read, signatureName);
    this.#json = writeBody(this.#body, { pretty: true });
  }

  get format(): BodyFormat {
    return this.#body.format;
  }

  /** The text of the JSON view: as it was typed, while it is not a request. */
  get json(): string {
    return this.#json;
  }

  /** What is wrong with that text; undefined where the form shows the same. */
  get jsonProblem(): BodyProblem | undefined {
    return this.#jsonProblem;
  }

  value(name: string): TensorValue | undefined {
    return this.#body.inputs.get(name);
  }

  /** What the field of an input has as text; undefined for data. */
  fieldText(name: string): string | undefined {
    const value = this.value(name);
    const text = value === undefined || value.kind === 'data' ? undefined : toJson(value, 0);
    return this.#typed.get(name)?.text ?? text;
  }

  /** Whether the field of an input has text that is no value yet. */
  isHalfTyped(name: string): boolean {
    return this.#typed.has(name);
  }

  /** What is wrong with an input; undefined where the model takes it. */
  problem(facts: TensorFacts): FieldProblem | undefined {
    const value = this.value(facts.name);
    return (
      this.#typed.get(facts.name)?.problem ?? (value === undefined ? undefined : checkInput(value, facts))
    );
  }

  /** The first input that the model would not take. */
  get firstWrong(): string | undefined {
    return this.inputs.find((facts) => this.problem(facts) !== undefined)?.name;
  }

  /** Rows: the first dimension of the first input. */
  get rows(): number {
    return this.#body.inputs.values().next().value?.shape[0] ?? 1;
  }

  set(name: string, value: TensorValue): void {
    this.#typed.delete(name);
    this.#replace({ ...this.#body, inputs: this.#with(name, value) });
  }

  /** Takes the text of one input's field: nested lists. */
  setField(name: string, text: string): void {
    try {
      const value = fromNode(readJson(text));
      if ('kind' in value) {
        this.set(name, value);
        return;
      }
      const details = [pathText(name, value.path)];
      this.#typed.set(name, { text, problem: { problem: 'ragged', details, input: name } });
    } catch (reason) {
      if (!(reason instanceof JsonSyntaxError)) {
        throw reason;
      }
      const line = String(text.slice(0, reason.offset).split('\n').length);
      const problem: BodyProblem = { problem: 'syntax', details: [reason.message, line], input: name };
      this.#typed.set(name, { text, problem });
    }
  }

  /** Takes the text of the JSON view. Where it is no request, the form stays as it is. */
  setJson(text: string): void {
    this.#json = text;
    const read = readBody(text, this.#names, this.#data());
    this.#jsonProblem = isProblem(read) ? read : undefined;
    if (!isProblem(read)) {
      this.#body = read;
      this.#typed.clear();
    }
  }

  setFormat(format: BodyFormat): void {
    this.#replace({ ...this.#body, format });
  }

  /** Fills one input, or all of them; what is too large stays as it is. */
  fill(filling: Filling, name?: string): void {
    for (const facts of this.inputs) {
      const value =
        name === undefined || facts.name === name ? fillInput(facts, filling, this.rows) : undefined;
      if (value !== undefined) {
        this.set(facts.name, value);
      }
    }
  }

  /** Takes another request whole; false where it is none for these inputs. */
  load(text: string): boolean {
    const read = readBody(text, this.#names);
    if (isProblem(read)) {
      return false;
    }
    this.#typed.clear();
    this.#replace(forSignature(read, this.#signatureName));
    return true;
  }

  /** The body as it is sent, data and all, on one line. */
  wire(): string {
    return this.#jsonProblem === undefined ? writeBody(this.#body, { pretty: false }) : this.#json;
  }

  /** Whether some of it is data, which no text box shows. */
  get hasData(): boolean {
    return this.#data().size > 0;
  }

  get #names(): readonly string[] {
    return this.inputs.map(({ name }) => name);
  }

  #replace(body: RequestBody): void {
    this.#body = body;
    this.#json = writeBody(body, { pretty: true });
    this.#jsonProblem = undefined;
  }

  #with(name: string, value: TensorValue): Map<string, TensorValue> {
    const inputs = new Map(this.#body.inputs);
    inputs.set(name, value);
    return inputs;
  }

  #data(): ReadonlyMap<string, DataValue> {
    const data = new Map<string, DataValue>();
    for (const [name, value] of this.#body.inputs) {
      if (value.kind === 'data') {
        data.set(name, value);
      }
    }
    return data;
  }

  #zeros(): RequestBody {
    const inputs = new Map<string, TensorValue>();
    for (const facts of this.inputs) {
      const value = fillInput(facts, 'zeros', 1);
      if (value !== undefined) {
        inputs.set(facts.name, value);
      }
    }
    return { format: 'columnar', inputs };
  }
}
