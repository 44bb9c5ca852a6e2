// Paths that GitHub Actions runs, however they are written.
import { expect, test } from 'vitest';
import { isWorkflowFile } from './github-workflow-files.ts';

test.each([
  '.github/workflows/ci.yml',
  '.github/workflows/deep/ci.yaml',
  '.github/workflows',
  '.github/actions/build/action.yml',
  '.GitHub/Workflows/ci.yml',
  './.github//workflows/ci.yml',
  'docs/../.github/workflows/ci.yml',
  '.github/./workflows/ci.yml',
  '.github/x/../workflows/ci.yml',
  '/.github/workflows/ci.yml',
  '.github\\workflows\\ci.yml',
  '.github%2Fworkflows%2Fci.yml',
  '%2egithub/workflows/ci.yml',
  '.github%252Fworkflows/ci.yml',
  '.github /workflows/ci.yml',
  ' .github/workflows/ci.yml',
  '.github./workflows. /ci.yml',
  '.git\u200chub/workflows/ci.yml',
  '.github/work\u00adflows/ci.yml',
  '.github/workflows\u0000/ci.yml',
  '.ｇｉｔｈｕｂ/workflows/ci.yml',
  '.github\t/workflows/ci.yml',
  'action.yml',
  'Action.YAML',
  'tools/build/action.yml',
  'tools/../action%2Eyml',
])('%j is one', (path) => {
  expect(isWorkflowFile(path)).toBe(true);
});

test.each([
  'sops/onboarding.md',
  '.github/CODEOWNERS',
  '.github/workflows.md',
  '.github/ISSUE_TEMPLATE/bug.md',
  'github/workflows/ci.yml',
  'docs/.github/workflows/ci.yml',
  '.github/../workflows/ci.yml',
  'workflows/.github/ci.yml',
  '100%/done.md',
  'action.yml/readme.md',
  'my-action.yml',
  'docs/action.md',
  '...',
])('%j is none', (path) => {
  expect(isWorkflowFile(path)).toBe(false);
});
