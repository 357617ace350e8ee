/**
 * What every app does with the core that hosts it: hears its changes (live.ts), keeps it in sync (sync.ts), and shows the
 * screens of a store that is empty, locked or erased before its own (SessionGate).
 */
export { core } from "./core.js";
export { lock, onChange, onSync, saveBeforeLock, session, silence, useLive, type Kind } from "./live.js";
export { isUnlocked, syncNow, syncView } from "./sync.js";
export { startApp } from "./start.js";
export { useUnsent } from "./unsent.js";
export { default as AppearanceFields } from "./AppearanceFields.vue";
export { default as EnrolPage } from "./EnrolPage.vue";
export { default as ExamineSection } from "./ExamineSection.vue";
export { default as FingerprintLine } from "./FingerprintLine.vue";
export { default as LanguageField } from "./LanguageField.vue";
export { default as NewPin } from "./NewPin.vue";
export { default as PinForm } from "./PinForm.vue";
export { default as SessionGate } from "./SessionGate.vue";
export { default as SessionNotes } from "./SessionNotes.vue";
export { default as WipeSection } from "./WipeSection.vue";
