// How every app is built: `vite build --config ../vite.config.ts` in its folder.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import vue from "@vitejs/plugin-vue";
import license from "rollup-plugin-license";
import { defineConfig, type Plugin } from "vite";

const FIRST_LOAD_BYTES_MAX = 300 * 1024;

// What a first visit fetches, compressed: all but what is loaded when it is needed. The build fails beyond the bound, so that
// nobody finds out on a slow link.
function firstLoad(): Plugin {
  return {
    name: "first-load",
    writeBundle(_, bundle) {
      let bytes = 0;
      for (const file of Object.values(bundle)) {
        if (file.type === "chunk" && file.isDynamicEntry) continue;
        bytes += gzipSync(file.type === "chunk" ? file.code : file.source).byteLength;
      }
      console.log(`first load: ${(bytes / 1024).toFixed(1)} KB compressed, of at most ${FIRST_LOAD_BYTES_MAX / 1024}`);
      if (bytes > FIRST_LOAD_BYTES_MAX) throw new Error("the first load is larger than its bound");
    },
  };
}

// The licences of what a build takes in, beside it: whoever gives the app on gives them too.
const notices = license({
  thirdParty: {
    allow: { test: "(MIT OR ISC OR Apache-2.0 OR BSD-2-Clause OR BSD-3-Clause)", failOnUnlicensed: true, failOnViolation: true },
    output: { file: join(process.cwd(), "dist/NOTICES.txt") },
  },
});

export default defineConfig({
  publicDir: fileURLToPath(new URL("kit/public", import.meta.url)),
  plugins: [vue(), notices, firstLoad()],
  define: {
    __VUE_OPTIONS_API__: false,
    __VUE_PROD_DEVTOOLS__: false,
    __VUE_I18N_LEGACY_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  build: {
    target: "chrome90",
    // The host's policy lets no inline script run and no data: style, and files are read from this machine.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2048, // the bound that counts is the first load's
  },
});
