/**
 * What the core tells by itself: EventService/Watch, for as long as the page is there. Hints hold no data: who shows a
 * list registers what to look at again (useLive).
 */
import { QingfengError, Reason, type Session, type SyncResponse, type WatchResponse } from "@qingfeng/client";
import { onUnmounted, ref, shallowRef, type Ref } from "vue";

import { backoffMs, pause } from "./backoff.js";
import { core } from "./core.js";

export type Kind = "drafts" | "items" | "messages" | "arrivals" | "devices" | "cases" | "alarms";
const CHANGES = ["drafts", "items", "messages", "arrivals", "devices", "cases"] as const;
const KINDS: Kind[] = [...CHANGES, "alarms"];

/**
 * The session as the core last told it; null until then. Nothing else writes it but the lock, which must show at once: the
 * answer of a call travels beside the Watch and may be older.
 */
export const session = shallowRef<Session | null>(null);
/** Why the core cannot be heard; null while it is. */
export const silence = shallowRef<QingfengError | null>(null);

const lookers = new Set<{ kinds: Kind[]; look: () => void }>();
const syncListeners = new Set<(sync: SyncResponse) => void>();

function tell(kinds: Kind[]) {
  for (const looker of lookers) {
    if (looker.kinds.some((kind) => kinds.includes(kind))) looker.look();
  }
}

function take({ event }: WatchResponse) {
  if (event.case === "session") session.value = event.value;
  if (event.case === "sync") syncListeners.forEach((listener) => listener(event.value));
  if (event.case === "changes") tell(CHANGES.filter((kind) => event.value[kind]));
  if (event.case === "attention") tell(["alarms"]);
}

/** Watches until `signal` is aborted; after an interruption everything is looked at again. */
export async function watchCore(signal: AbortSignal): Promise<void> {
  for (let tries = 0; !signal.aborted; tries++) {
    try {
      for await (const event of core.event.watch({}, { signal })) {
        take(event);
        if (silence.value) tell(KINDS);
        silence.value = null;
        tries = 0;
      }
    } catch (cause) {
      if (signal.aborted) return;
      silence.value = QingfengError.from(cause);
    }
    await pause(backoffMs(tries), signal);
  }
}

const savers = new Set<() => Promise<unknown>>();
const SAVE_MS_MAX = 1_000;

/** Calls `save` before a person locks, until the component goes: what was typed just now is not lost by it. */
export function saveBeforeLock(save: () => Promise<unknown>): void {
  savers.add(save);
  onUnmounted(() => savers.delete(save));
}

/**
 * Locks the store: the keys leave the memory, and every screen gives way to the lock. It waits a second for what is being
 * saved and no longer: whoever locks may have no more.
 */
export async function lock(): Promise<void> {
  const saved = Promise.allSettled([...savers].map((save) => save()));
  await Promise.race([saved, new Promise((late) => setTimeout(late, SAVE_MS_MAX))]);
  session.value = (await core.vault.lock({})).session ?? session.value;
}

export function onSync(listener: (sync: SyncResponse) => void): void {
  syncListeners.add(listener);
}

/** Calls `look` at each change of these kinds, until what it gives back is called. */
export function lookAt(kinds: Kind[], look: () => void): () => void {
  const looker = { kinds, look };
  lookers.add(looker);
  return () => lookers.delete(looker);
}

/** The same until the component goes. */
export function onChange(kinds: Kind[], look: () => void): void {
  onUnmounted(lookAt(kinds, look));
}

/**
 * Shows what `load` gives, now and after each change of these kinds. One load at a time: what changes meanwhile is
 * looked at afterwards. A store that was locked meanwhile is no error: its page is about to go.
 */
export function useLive<T>(kinds: Kind[], load: () => Promise<T>) {
  const value = shallowRef<T | null>(null) as Ref<T | null>;
  const error = shallowRef<QingfengError | null>(null);
  const busy = ref(false);
  let again = false;
  async function look(): Promise<void> {
    again = busy.value;
    if (busy.value) return;
    busy.value = true;
    try {
      value.value = await load();
      error.value = null;
    } catch (cause) {
      const failed = QingfengError.from(cause);
      error.value = failed.reason === Reason.LOCKED ? null : failed;
    }
    busy.value = false;
    if (again) await look();
  }
  onChange(kinds, look);
  void look();
  return { value, error, busy, look };
}
