import { createRouter, createWebHistory } from "vue-router";

import HelpPage from "./pages/HelpPage.vue";
import HomePage from "./pages/HomePage.vue";
import ItemPage from "./pages/ItemPage.vue";
import PinPage from "./pages/PinPage.vue";
import ReportPage from "./pages/ReportPage.vue";
import SettingsPage from "./pages/SettingsPage.vue";

// Addresses hold ids and nothing of what people write.
export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: "/", component: HomePage },
    { path: "/report/:id([0-9a-f]{32})", component: ReportPage, props: true },
    { path: "/item/:id([0-9a-f]{32})", component: ItemPage, props: true },
    { path: "/settings", component: SettingsPage },
    { path: "/settings/pin", component: PinPage },
    { path: "/help", component: HelpPage },
    { path: "/:rest(.*)*", redirect: "/" },
  ],
});
