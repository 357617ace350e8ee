/**
 * Sync in the background, for as long as the store is unlocked, and at once when a person asks. The core itself waits and
 * tries again; what is started anew here is only a Sync that has ended.
 */
import { QingfengError, Reason, SessionState, type SyncResponse } from "@qingfeng/client";
import { ref, watch } from "vue";

import type { SyncView } from "../index.js";
import { backoffMs, pause } from "./backoff.js";
import { core } from "./core.js";
import { lookAt, onSync, session } from "./live.js";

export const syncView = ref<SyncView>({
  working: false,
  recordsLeft: 0,
  fileBytesLeft: 0n,
  waiting: Reason.UNSPECIFIED,
  reached: false,
});

const UNLOCKED = [SessionState.PROVISIONAL, SessionState.ACTIVE, SessionState.DRAINING];
export const isUnlocked = (state?: SessionState): boolean => state !== undefined && UNLOCKED.includes(state);

function show(sync: SyncResponse) {
  syncView.value = {
    working: !sync.settled && sync.waiting === Reason.UNSPECIFIED,
    recordsLeft: sync.recordsLeft,
    fileBytesLeft: sync.fileBytesLeft,
    waiting: sync.waiting,
    // A device that waits for its certificate exchanges well and is not settled.
    reached: syncView.value.reached || sync.settled || sync.recordsSent > 0 || sync.entriesRead > 0,
  };
}

/** Shows what the store itself knows: after a start, and when something was filed, whatever page is open. */
async function lookAtStore(): Promise<void> {
  const status = await core.field.getSyncStatus({});
  syncView.value = {
    working: syncView.value.working,
    recordsLeft: status.recordsLeft,
    fileBytesLeft: status.fileBytesLeft,
    waiting: status.lastError,
    reached: status.lastExchangeUs > 0n,
  };
}

/** Syncs until nothing is left to do; fails as the sync did. */
export async function syncNow(): Promise<void> {
  syncView.value.working = true;
  try {
    for await (const sync of core.field.sync({})) show(sync);
  } catch (cause) {
    const error = QingfengError.from(cause);
    syncView.value = { ...syncView.value, waiting: error.reason };
    throw error;
  } finally {
    syncView.value = { ...syncView.value, working: false };
  }
}

async function syncWhileUnlocked(signal: AbortSignal) {
  for (let tries = 0; !signal.aborted; tries++) {
    try {
      for await (const sync of core.field.sync({ watch: true }, { signal })) {
        show(sync);
        tries = 0;
      }
    } catch (cause) {
      const { reason } = QingfengError.from(cause);
      if (signal.aborted || reason === Reason.LOCKED) return;
      syncView.value = { ...syncView.value, working: false, waiting: reason };
    }
    await pause(backoffMs(tries), signal);
  }
}

/** Keeps a Sync going whenever the session is unlocked. */
export function keepInSync(): void {
  let running: AbortController | null = null;
  const look = () => void lookAtStore().catch(() => undefined);
  onSync(show);
  lookAt(["items"], () => running && look());
  watch(
    () => isUnlocked(session.value?.state),
    (unlocked) => {
      running?.abort();
      running = unlocked ? new AbortController() : null;
      if (!running) return;
      look();
      void syncWhileUnlocked(running.signal);
    },
    { immediate: true },
  );
}
