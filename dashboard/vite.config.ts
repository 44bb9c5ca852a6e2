// How the dashboard is built, and served while one works on it (npx vite dashboard, beside npm start).
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: '/app/',
  plugins: [react()],
  build: {
    // What every browser of the last two and a half years can.
    target: 'baseline-widely-available',
    manifest: true,
    sourcemap: false,
    // Inlined files would need data: in the page's Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // The compiler's worker is loaded with the editor alone; what each page loads is held by npm run bench:dashboard.
    chunkSizeWarningLimit: 1000,
  },
  // A module, as the page's own scripts are.
  worker: { format: 'es' },
  server: {
    // Everything but the dashboard is the API's.
    proxy: { '^/(?!app)': 'http://127.0.0.1:3000' },
  },
});
