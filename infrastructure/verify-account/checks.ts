// The checks of `npm run verify:account`, by the ids that assumptions name.
import type { Check } from './check.ts';
import { compiledChecks } from './compiled-checks.ts';
import { machineChecks } from './machine-checks.ts';
import { permissionChecks } from './permission-checks.ts';

export const CHECKS = {
  ...compiledChecks,
  ...machineChecks,
  ...permissionChecks,
} satisfies Readonly<Record<string, Check>>;

export type CheckId = keyof typeof CHECKS;
