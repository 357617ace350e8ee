/**
 * Bytes of a text file as text. Nothing in the file says how it is written: editors of Chinese Windows write GBK, or UTF-16
 * with a mark in front, everything else UTF-8. GB 18030 holds all of GBK; bytes that are no UTF-8 are read as that.
 */
function encodingOf([first, second]: Uint8Array): string | undefined {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : undefined;
}

export function textOf(bytes: Uint8Array): string {
  const marked = encodingOf(bytes);
  if (marked) return new TextDecoder(marked).decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("gb18030").decode(bytes);
  }
}
