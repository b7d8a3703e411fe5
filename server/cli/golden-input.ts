// The golden requests of `--golden`: a list, a request file, or a directory with request files.
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { MessageInput } from '../../protos/messages.ts';
import { parseGolden, type Golden } from '../config/golden/golden-file.ts';
import { parseRequestFile, requestFileEnding } from '../config/golden/request-file.ts';
import { MisuseError } from './cli-context.ts';
import type { Session } from './session.ts';

/** Reads those for `model` from `place` (`-`: a list or a request file from stdin). Throws MisuseError. */
export async function readGolden(
  session: Session,
  place: string,
  model: string,
): Promise<MessageInput<'perch.admin.v1.GoldenRequest'>[]> {
  const golden = (await isDirectory(session, place))
    ? await fromDirectory(session, place, model)
    : await fromFile(session, place);
  const stranger = golden.find((one) => one.model !== undefined && one.model !== model);
  if (stranger !== undefined) {
    throw new MisuseError(
      `The golden request "${stranger.name}" in ${place} is for ${stranger.model ?? ''}, not for ${model}.`,
    );
  }
  return golden.map(({ name, request, response, tolerance }) => ({
    name,
    requestJson: Buffer.from(request),
    responseJson: Buffer.from(response),
    ...(tolerance === undefined ? {} : { tolerance }),
  }));
}

async function fromFile(session: Session, file: string): Promise<readonly Golden[]> {
  const text = (await session.readInput(file)).toString('utf8');
  const name = file === '-' ? 'golden request' : path.basename(file).replace(/(?:\.predict)?\.json$/, '');
  const read = parseGolden(text, name);
  if (read.kind === 'problem') {
    const line = text.slice(0, read.at).split('\n').length;
    throw new MisuseError(`${file}, line ${line}: ${read.text}`);
  }
  return read.value;
}

/** The request files of the directory, and of those below it, that expect an answer of `model`. */
async function fromDirectory(session: Session, directory: string, model: string): Promise<readonly Golden[]> {
  const root = path.resolve(session.context.cwd, directory);
  const files = (await readdir(root, { recursive: true })).filter((file) => file.endsWith(requestFileEnding));
  const golden: Golden[] = [];
  for (const file of files.sort()) {
    const place = path.join(directory, file);
    const read = parseRequestFile((await session.readInput(place)).toString('utf8'));
    if (read.kind === 'problem') {
      throw new MisuseError(`${place} is no request file: ${read.text}`);
    }
    const { expect, name, request } = read.value;
    if (read.value.model === model && expect !== undefined) {
      golden.push({
        name: name ?? file.slice(0, -requestFileEnding.length),
        model,
        request,
        response: expect.answer,
        tolerance: expect.tolerance,
      });
    }
  }
  if (golden.length === 0) {
    throw new MisuseError(`No request file in ${directory} expects an answer of ${model}.`);
  }
  return golden;
}

async function isDirectory({ context }: Session, place: string): Promise<boolean> {
  try {
    return place !== '-' && (await stat(path.resolve(context.cwd, place))).isDirectory();
  } catch {
    return false;
  }
}
