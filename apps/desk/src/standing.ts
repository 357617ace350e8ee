/** What the person at this desk may do, by the role of its certificate. The core decides; the screens only say it first. */
import { Role } from "@qingfeng/client";
import { session } from "@qingfeng/kit/session";
import { computed } from "vue";

const FIRST_DESK_ROLE = Role.DUTY_OFFICER;

export const role = computed(() => session.value?.role ?? Role.UNSPECIFIED);
/** Certified for a role of the office: it mirrors the log. */
export const isDesk = computed(() => role.value >= FIRST_DESK_ROLE);
export const isAdministrator = computed(() => role.value === Role.ADMINISTRATOR);
/** Makes and grants the keys of its audience. */
export const makesKeys = computed(() => role.value === Role.CASE_MANAGER || role.value === Role.SUPERIOR);
/** Reads reports and answers those who filed them. */
export const answersReporters = computed(() => opensCases.value || role.value === Role.SUPERIOR);
/** Is of the office, which opens cases. */
export const opensCases = computed(() => [Role.DUTY_OFFICER, Role.INVESTIGATOR, Role.CASE_MANAGER].includes(role.value));
