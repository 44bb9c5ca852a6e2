import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** They set this process's environment before they load functions, which read it once: each in a process of its own. */
const ownProcess = [
  'functions/**/*.test.ts',
  'lib/workflows/*.test.ts',
  'test/{actions,deployment,fuzz,language}/**/*.test.ts',
  'test/durability/effects/*.test.ts',
  'test/laptop/cli.test.ts',
];
/** These take a minute or so each; what crosses folders takes seconds, and the rest less, but for these. */
const slow = [
  /\/test\/(?:fuzz|deployment|dashboard)\//,
  /\/test\/|\/(?:sandbox|compile-time|expression-limits|markdown)\.test\.ts$/,
];

/**
 * A slow file that begins last leaves cores idle, and in a fresh clone vitest knows no times: it would go by size. A
 * process that files share is ended where the next file has one of its own: those go before.
 */
class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification) => {
      const found = slow.findIndex((pattern) => pattern.test(moduleId));
      return (project.name === 'own' ? 0 : 10) + (found === -1 ? slow.length : found);
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

const all = ['{lib,functions,cli,dashboard,local,infrastructure,test}/**/*.test.ts'];

// What Node compiles it keeps, for the processes of the test files and those that they start.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('node_modules/.cache/node', import.meta.url));

export default defineConfig({
  test: {
    // For what hangs, not for what is slow: at least ten times what any test takes on a quiet machine.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // More than there are cores: many tests wait for what they have started.
    maxWorkers: Math.ceil(availableParallelism() * 3),
    sequence: { sequencer: SlowestFirst },
    globalSetup: 'test/support/global-setup.ts',
    expect: { poll: { timeout: 60_000, interval: 20 } },
    // Node runs TypeScript as it is: what is tested is loaded as it is when it runs.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    projects: [
      {
        extends: true,
        test: {
          name: 'shared',
          include: all,
          exclude: ownProcess,
          isolate: false,
          setupFiles: 'test/support/own-environment.ts',
        },
      },
      { extends: true, test: { name: 'own', include: ownProcess } },
    ],
  },
});
