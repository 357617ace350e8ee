import type { InjectionKey, Ref } from "vue";

/** How the pages below lock; null while there is nothing to lock. SessionGate gives it. */
export const LOCK: InjectionKey<Ref<(() => Promise<void>) | null>> = Symbol("lock");
