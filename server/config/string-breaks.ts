// Line breaks within strings. The text format has none, but the C++ parser takes them, and so PEM texts are pasted. Pure.

/** A comment, or a string in either quotes. */
const commentOrString = /#[^\n]*|(["'])(?:\\[^]|(?!\1)[^\\])*\1/g;

/** `text` with each line break within a string replaced by what `replace` makes of it and of the quote around it. */
export function replaceStringBreaks(
  text: string,
  replace: (lineBreak: string, quote: string) => string,
): string {
  return text.replace(commentOrString, (found, quote: string | undefined) =>
    quote === undefined ? found : found.replace(/\r?\n/g, (lineBreak) => replace(lineBreak, quote)),
  );
}
