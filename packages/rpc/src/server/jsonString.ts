const BACKSLASH = 0x5c;

/** Index of the quote that ends the JSON string which begins at `start`; the text's end when none does. */
export function endOfString(text: string, start: number): number {
  for (let from = start; ; ) {
    const quote = text.indexOf('"', from);
    if (quote === -1) return text.length;
    let backslashes = 0;
    while (quote - 1 - backslashes >= start && text.charCodeAt(quote - 1 - backslashes) === BACKSLASH)
      backslashes++;
    if (backslashes % 2 === 0) return quote;
    from = quote + 1;
  }
}
