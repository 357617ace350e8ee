/**
 * Whether a person is at the screen. A host that locks when nobody uses it must not take for use what a page asks by
 * itself: reloads of lists, sync, what an open tab does all night.
 */
const ATTENDED_MS = 10_000;
let usedAtMs = -Infinity;

/** Somebody uses the page now, though no key or finger shows it: a recording runs. */
export function noteUse(): void {
  usedAtMs = performance.now();
}
for (const kind of ["pointerdown", "keydown", "input", "wheel", "touchmove"]) {
  globalThis.addEventListener?.(kind, noteUse, { capture: true, passive: true });
}

/** A person did something so short a time ago that a call of now may be theirs. */
export const isAttended = (): boolean => performance.now() - usedAtMs < ATTENDED_MS;
