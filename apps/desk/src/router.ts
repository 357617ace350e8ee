import { createRouter, createWebHistory } from "vue-router";

import BeginPage from "./pages/BeginPage.vue";
import CertifyPage from "./pages/devices/CertifyPage.vue";
import DevicePage from "./pages/devices/DevicePage.vue";
import GrantPage from "./pages/devices/GrantPage.vue";
import InvitePage from "./pages/devices/InvitePage.vue";
import RevokePage from "./pages/devices/RevokePage.vue";
import ReportPage from "./pages/register/ReportPage.vue";
import TownshipsPage from "./pages/settings/TownshipsPage.vue";
import { PLACES, type Place } from "./places.js";

const of = (name: string) => ({ place: PLACES.find((each) => each.name === name) });
const DEVICE = "/devices/:id([0-9a-f]+)";

declare module "vue-router" {
  interface RouteMeta {
    /** Whose entry the navigation marks, and who sees the page. */
    place?: Place;
    /** Who sees it, where that is not as with its place. */
    shows?: Place["shows"];
  }
}

// Addresses hold ids and nothing of what people write.
export const router = createRouter({
  history: createWebHistory(),
  routes: [
    ...PLACES.map(({ name, page }) => ({ path: `/${name}`, component: page, meta: of(name) })),
    { path: "/devices/invite", component: InvitePage, meta: of("devices") },
    { path: DEVICE, component: DevicePage, props: true, meta: of("devices") },
    { path: `${DEVICE}/certify`, component: CertifyPage, props: true, meta: of("devices") },
    { path: `${DEVICE}/grant`, component: GrantPage, props: true, meta: of("devices") },
    { path: `${DEVICE}/revoke`, component: RevokePage, props: true, meta: of("devices") },
    { path: "/register/:id([0-9a-f]{64})", component: ReportPage, props: true, meta: of("register") },
    { path: "/settings/townships", component: TownshipsPage, meta: { ...of("settings"), shows: "desks" } },
    { path: "/:rest(.*)*", component: BeginPage },
  ],
});
