/**
 * A name that no file of the draft has: "picture 3.jpg" for the third file. A picture's own name often holds the day and the
 * camera, so it goes where the other metadata go. `stem` says the name of the n-th; `taken` are the names of those before it.
 */
export function freeName(stem: (n: number) => string, ending: string, taken: string[]): string {
  const stems = new Set(taken.map((name) => name.replace(/\.\w+$/, "")));
  let n = taken.length + 1;
  while (stems.has(stem(n))) n++;
  return stem(n) + ending;
}
