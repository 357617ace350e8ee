import { createRouter, createWebHistory } from "vue-router";

import { PLACES } from "./places.js";

// Addresses hold ids and nothing of what people write.
export const router = createRouter({
  history: createWebHistory(),
  routes: [
    ...PLACES.map(({ name, page, desk }) => ({ path: `/${name}`, component: page, meta: { place: name, desk } })),
    { path: "/:rest(.*)*", redirect: `/${PLACES[0].name}` },
  ],
});
