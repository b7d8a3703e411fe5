// The commands that stand above a config: what can be done with the model that it is about. Pure.
import type { Document } from '../../textproto/syntax-tree.ts';
import type { ConfigKind } from '../config-kind.ts';
import { messagesNamed } from './value-context.ts';
import { messagesOf, stringField } from './typed-tree.ts';

/** A command. `generate` writes the config from the model file. */
export type LensAction = 'load' | 'reload' | 'predict' | 'generate';

/** A command above a line. */
export interface CodeLens {
  readonly action: LensAction;
  /** The name of the model. */
  readonly model: string;
  /** An offset on the line. */
  readonly offset: number;
}

const lifecycle: readonly LensAction[] = ['load', 'reload', 'predict'];

/**
 * The commands for a file, by place: above a config.pbtxt, and above each entry of a model config file. `directory` is the
 * name of the directory that the file is in: a config.pbtxt's model is called so.
 */
export function codeLenses(document: Document, kind: ConfigKind, directory?: string): readonly CodeLens[] {
  if (kind === 'model') {
    const model = directory ?? stringField(document.text, document.root, 'name') ?? '';
    const actions: readonly LensAction[] = [...lifecycle, 'generate'];
    return model === '' ? [] : actions.map((action) => ({ action, model, offset: 0 }));
  }
  if (kind !== 'model-server') {
    return [];
  }
  return messagesNamed(document.root, 'model_config_list').flatMap((list) =>
    list.fields
      .filter(({ name }) => name.text === 'config')
      .flatMap((field) =>
        messagesOf(field).flatMap((entry): readonly CodeLens[] => {
          const model = stringField(document.text, entry, 'name') ?? '';
          const offset = field.value === entry ? field.start : entry.start;
          return model === '' ? [] : lifecycle.map((action) => ({ action, model, offset }));
        }),
      ),
  );
}
