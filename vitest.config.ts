import { defineConfig } from 'vitest/config';
import packageJson from './package.json' with { type: 'json' };

export default defineConfig({
  define: { KC_ETL_VERSION: JSON.stringify(packageJson.version) },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/bundle.ts'],
    // by default one core is left to vitest itself, and half of two cores is idle
    maxWorkers: '100%',
    testTimeout: 300_000,
    hookTimeout: 300_000,
    env: { NO_COLOR: '', TZ: 'Asia/Kolkata' },
  },
});
