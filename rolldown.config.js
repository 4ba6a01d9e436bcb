import { defineConfig } from 'rolldown';
import packageJson from './package.json' with { type: 'json' };

export default defineConfig({
  input: { main: 'src/main.ts' },
  platform: 'node',
  transform: {
    target: 'node20.19',
    define: { KC_ETL_VERSION: JSON.stringify(packageJson.version) },
  },
  output: {
    dir: 'dist',
    format: 'esm',
    cleanDir: true,
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
    chunkFileNames: '[name]-[hash].js',
  },
});
