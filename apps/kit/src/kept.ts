/**
 * What a person has set for the screens: kept until the tab is closed, told to the other tabs of the same run, and nowhere
 * else. A browser's profile outlives a visit and can be looked at without the PIN, so nothing is left in it that tells of
 * this program; each run has an address of its own, under which nothing of the last one would be found anyway. What holds
 * for good is set where it holds for every page: the language, text size and dark colours of the browser are followed.
 */
const PREFIX = "qingfeng.";
const tabs = new BroadcastChannel(`${PREFIX}kept`);

/** The value kept under `name`, if it is one of `values`. */
export function kept<T extends string>(name: string, values: readonly T[]): T | undefined {
  const value = sessionStorage.getItem(PREFIX + name);
  return values.find((each) => each === value);
}

export function keep(name: string, value: string): void {
  if (sessionStorage.getItem(PREFIX + name) === value) return;
  sessionStorage.setItem(PREFIX + name, value);
  tabs.postMessage({ name, value });
}

/**
 * Calls `take` when another tab keeps one of `values` under `name`. A tab that has none yet asks the others for theirs: a message
 * without a value.
 */
export function onKept<T extends string>(name: string, values: readonly T[], take: (value: T) => void): void {
  tabs.addEventListener("message", ({ data }: MessageEvent<{ name: string; value?: string }>) => {
    if (data.name !== name) return;
    const mine = kept(name, values);
    if (data.value === undefined) {
      if (mine) tabs.postMessage({ name, value: mine });
      return;
    }
    const value = values.find((each) => each === data.value);
    if (!value) return;
    sessionStorage.setItem(PREFIX + name, value);
    take(value);
  });
  if (!kept(name, values)) tabs.postMessage({ name });
}
