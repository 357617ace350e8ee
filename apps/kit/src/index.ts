/**
 * What the apps share: tokens (style.css), texts, moments, and components that keyboard and screen reader can use.
 *
 * An app gives its own messages to kitI18n and must have one under "app": the product's name. Components hold no state of
 * the core and make no calls: they show what they are given and say what was pressed. What calls the core and is the same
 * in every app is a package of its own beside this one, @qingfeng/kit/session; a report's text and catalogue are
 * @qingfeng/kit/report; camera, microphone, files and signature are @qingfeng/kit/media.
 */
export { kitI18n, useWords, LOCALES, type Messages } from "./i18n.js";
export { useAct } from "./act.js";
export { applyAppearance, scheme, SCHEMES, textSize, TEXT_SIZES } from "./appearance.js";
export { keep, kept } from "./kept.js";
export { announce, announceUnseen, hush } from "./announcer.js";
export { useHeading } from "./heading.js";
export { type IconName } from "./icons.js";
export { isLost } from "./items.js";
export { LOCK } from "./lock.js";
export { useFailure } from "./failure.js";
export { dateToMicros, fromLocalInput, microsToDate, sayDay, sayDuration, sayMoment, toLocalInput } from "./time.js";
export { saySize } from "./size.js";
export { default as ChoiceField, type Choice } from "./components/ChoiceField.vue";
export { default as ComboField } from "./components/ComboField.vue";
export { default as ConfirmDialog } from "./components/ConfirmDialog.vue";
export { default as CopyText } from "./components/CopyText.vue";
export { default as EmptyState } from "./components/EmptyState.vue";
export { default as ErrorState } from "./components/ErrorState.vue";
export { default as FactList, type Fact } from "./components/FactList.vue";
export { default as KitButton } from "./components/KitButton.vue";
export { default as KitIcon } from "./components/KitIcon.vue";
export { default as LiveRegion } from "./components/LiveRegion.vue";
export { default as LockButton } from "./components/LockButton.vue";
export { default as ModalDialog } from "./components/ModalDialog.vue";
export { default as NoteBox } from "./components/NoteBox.vue";
export { default as PageFrame } from "./components/PageFrame.vue";
export { default as SchematicMap, type MapPlace } from "./components/SchematicMap.vue";
export { default as SelectField } from "./components/SelectField.vue";
export { default as SyncLine, type SyncView } from "./components/SyncLine.vue";
export { default as TechnicalDetail } from "./components/TechnicalDetail.vue";
export { default as TextField } from "./components/TextField.vue";
