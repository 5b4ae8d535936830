/** A call that stands at the beginning of a line, where the formatter puts it: none in a comment or a string does. */
const MOCHA_TITLE = /^[ \t]*(?:describe|it)\(\s*("(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)/gm;
/** The `///` lines right above a contract or a test. */
const FORGE_TITLE = /((?:^[ \t]*\/\/\/.*\n)+)[ \t]*(?:contract \w+|function (?:test|invariant)\w*)\b/gm;

/** What the `describe`s and `it`s of a test file are called; a template as it is written. */
export function mochaTitles(source: string): string[] {
  return [...source.matchAll(MOCHA_TITLE)].map(([, title = ""]) => title);
}

/** The doc comments by which the tests of a forge file name rules. */
export function forgeTitles(source: string): string[] {
  return [...source.matchAll(FORGE_TITLE)].map(([, comment = ""]) => comment);
}
