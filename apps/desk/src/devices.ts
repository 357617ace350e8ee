/** Devices as the screens speak of them. */
import { DeviceState, RevokeMode, Role, toHex, type DeviceInfo } from "@qingfeng/client";
import { sayMoment, useWords } from "@qingfeng/kit";
import { core, session, useLive } from "@qingfeng/kit/session";
import { computed } from "vue";

import { isAdministrator, makesKeys } from "./standing.js";

/** Roles that only the office's root gives: two shares of the recovery kit are brought together. */
export const needsKit = (role: Role): boolean => [Role.ADMINISTRATOR, Role.CUSTODIAN, Role.SUPERIOR].includes(role);
/** Roles whose desks hold keys of the office or of the superior body. */
export const readsReports = (role: Role): boolean =>
  [Role.DUTY_OFFICER, Role.INVESTIGATOR, Role.CASE_MANAGER, Role.SUPERIOR].includes(role);

/** A name for the device in lists and addresses: its key, or the invitation that nobody has used yet. */
export const idOf = (device: DeviceInfo): string => toHex(device.deviceKey.length ? device.deviceKey : device.invitationId);

export function useDevices() {
  return useLive(["devices"], async () => (await core.desk.listDevices({})).devices);
}

/** One device, live. */
export function useDevice(id: string) {
  const { value: all, error, look } = useDevices();
  const device = computed(() => all.value?.find((each) => idOf(each) === id) ?? null);
  return { device, loaded: computed(() => all.value !== null), error, look };
}

/** What the person at this desk may do with a device. The core has the last word. */
export function actionsFor(device: DeviceInfo) {
  const enrolled = device.deviceKey.length > 0;
  const revoked = device.state === DeviceState.REVOKED;
  const paused = revoked && device.revokeMode === RevokeMode.LOCK;
  const own = toHex(device.deviceKey) === toHex(session.value?.deviceKey ?? new Uint8Array());
  return {
    certify: isAdministrator.value && enrolled && (!revoked || paused) && device.state !== DeviceState.ACTIVE,
    grant: makesKeys.value && device.state === DeviceState.ACTIVE && readsReports(device.role) && !device.hasKeys && !own,
    // A pause may be followed by an end.
    revoke: isAdministrator.value && enrolled && (!revoked || paused) && !own,
    approve: isAdministrator.value && device.revokeMode === RevokeMode.ERASE && !device.eraseApproved,
  };
}

export function useDeviceWords() {
  const { t, locale } = useWords();
  const when = (us: bigint) => (us ? sayMoment(us, locale.value) : "");
  return {
    when,
    // Not told at a desk that reads no reports.
    records: ({ records }: DeviceInfo) => (records === undefined ? "" : String(records)),
    // Names are sealed to the administrators of their day and to the office's key: one that came later reads none of before.
    who: ({ person }: DeviceInfo) => (person ? person.name || t("device.unnamed") : t("device.unreadable")),
    place: ({ person }: DeviceInfo) => [person?.unit, person?.township].filter(Boolean).join(" · "),
    role: (device: DeviceInfo) => t(`kit.role.${Role[device.role]}`),
    state: (device: DeviceInfo) => t(`device.state.${DeviceState[device.state]}`),
    remarks: (device: DeviceInfo): string[] =>
      [
        device.expiresUs && t("device.expires", { when: when(device.expiresUs) }),
        device.state === DeviceState.ACTIVE && readsReports(device.role) && !device.hasKeys && t("device.noKeys"),
        device.incarnations > 1 && t("device.incarnations", { n: device.incarnations }),
        device.revokeMode && t(`device.revoked.${RevokeMode[device.revokeMode]}`),
        device.revokeMode === RevokeMode.ERASE && t(device.eraseApproved ? "device.approved" : "device.notApproved"),
      ].filter((text): text is string => typeof text === "string"),
  };
}
