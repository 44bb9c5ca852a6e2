// How a function is bundled: for serverless-esbuild, and for the measurements and tests of infrastructure/stack/bundles.ts.
import type { BuildOptions } from 'esbuild';

export const bundleOptions = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // The AWS SDK's ES modules shrink by a third more than its CommonJS.
  mainFields: ['module', 'main'],
  // Packages that are CommonJS inside an ES module call require, for Node's own modules.
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  logLevel: 'warning',
} as const satisfies BuildOptions;

function config() {
  return {
    ...bundleOptions,
    outputFileExtension: '.mjs',
    // With rebuilding on, a build error never ends the process.
    skipRebuild: true,
    exclude: [],
  };
}

// What serverless-esbuild's require() of this file is to give: a function.
export { config as 'module.exports' };
