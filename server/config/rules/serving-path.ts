// Paths in config files, told apart and put together by their text alone. Pure: the editor has no node:path.

/** How paths are written where the file lies: by the form of its directory. */
export type PathStyle = 'posix' | 'windows';

const drive = /^[A-Za-z]:[\\/]/;
const share = /^[\\/]{2}[^\\/]/;

/** The style of the paths beside an absolute `directory`; that of POSIX where none is known. */
export function pathStyle(directory: string | undefined): PathStyle {
  return directory !== undefined && (drive.test(directory) || directory.startsWith('\\'))
    ? 'windows'
    : 'posix';
}

/** Whether `path` is absolute, as node:path says of that system. */
export function isAbsolutePath(path: string, style: PathStyle): boolean {
  return style === 'posix' ? path.startsWith('/') : /^[\\/]/.test(path) || drive.test(path);
}

/** The absolute path that `relative` is from `base`, an absolute directory. With forward slashes on every system. */
export function absolutePath(base: string, relative: string): string {
  const style = pathStyle(base);
  const separators = style === 'windows' ? /[\\/]+/ : /\/+/;
  const isShare = style === 'windows' && share.test(base);
  const segments: string[] = [];
  // Of a drive the first segment stays, of a share the first two: there is nothing above them.
  const fixed = isShare ? 2 : style === 'windows' ? 1 : 0;
  for (const segment of [...base.split(separators), ...relative.split(separators)]) {
    if (segment === '..') {
      segments.length = Math.max(Math.min(fixed, segments.length), segments.length - 1);
    } else if (segment !== '' && segment !== '.') {
      segments.push(segment);
    }
  }
  const joined = segments.join('/');
  return isShare ? `//${joined}` : style === 'windows' ? joined : `/${joined}`;
}

/** The last segment of a path, and what is before it without the separator. */
export function splitPath(path: string): { readonly parent: string; readonly last: string } {
  const trimmed = path.replace(/[\\/]+$/, '');
  const at = Math.max(trimmed.lastIndexOf('/'), trimmed.lastIndexOf('\\'));
  return { parent: trimmed.slice(0, Math.max(0, at)), last: trimmed.slice(at + 1) };
}
