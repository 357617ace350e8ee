/**
 * Bytes of a text file as text. Nothing in the file says how it is written: editors of Chinese Windows write GBK, everything
 * else UTF-8. What is no UTF-8 is read as GB 18030, which holds all of GBK.
 */
export function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("gb18030").decode(bytes);
  }
}
