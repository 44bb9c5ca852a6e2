// The judges of the packaged template: cfn-lint, checkov, and of its roles parliament and policy_sentry.
import { join } from 'node:path';
import * as z from 'zod';
import { projectFolder } from '../../infrastructure/project-folder.ts';
import { pythonEnvironment, run } from './python.ts';

export interface Finding {
  readonly subject: string;
  readonly difference: string;
}

export interface Judgement {
  readonly judge: string;
  /** How much was looked at. */
  readonly looked: string;
  readonly findings: readonly Finding[];
}

/** @param python the interpreter that makes the judge's environment */
export type Judge = (python: string) => Promise<readonly Judgement[]>;

const packaged = join(projectFolder, '.serverless');
const template = join(packaged, 'cloudformation-template-update-stack.json');
const templates = [template, join(packaged, 'cloudformation-template-create-stack.json')];

const lintFindings = z.array(
  z.object({ Rule: z.object({ Id: z.string() }), Message: z.string(), Location: z.looseObject({}) }),
);

export const cfnLint: Judge = async (python) => {
  const bin = await pythonEnvironment('requirements.txt', python);
  const { stdout } = await run(join(bin, 'cfn-lint'), ['--format', 'json', '--', ...templates]);
  const found = lintFindings.parse(JSON.parse(stdout.trim() || '[]'));
  const findings = found.map(({ Rule, Message }) => ({ subject: Rule.Id, difference: Message }));
  return [{ judge: 'cfn-lint', looked: '2 templates', findings }];
};

const roleFindings = z.object({
  roles: z.number(),
  pairs: z.number(),
  findings: z.array(z.tuple([z.string(), z.string(), z.string(), z.string()])),
});

export const roles: Judge = async (python) => {
  const bin = await pythonEnvironment('requirements.txt', python);
  const { code, stdout, output } = await run(join(bin, 'python'), [
    join(import.meta.dirname, 'roles.py'),
    template,
  ]);
  if (code !== 0) throw new Error(output);
  const {
    roles: count,
    pairs,
    findings,
  } = roleFindings.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
  return [
    {
      judge: 'roles',
      looked: `${count} roles, ${pairs} pairs of action and resource`,
      findings: findings.map(([kind, subject, detail, role]) => ({
        subject: kind === 'parliament' ? `${subject} ${actionIn(detail)}`.trim() : subject,
        difference: `${kind}: ${detail} (${role})`,
      })),
    },
  ];
};

/** `[{"action": "states:ListExecutions", "required_format": …}]` */
function actionIn(detail: string): string {
  return /['"]action['"]: ?['"]([^'"]+)/.exec(detail)?.[1] ?? '';
}

const checkovReport = z.object({
  summary: z.object({ passed: z.number(), failed: z.number() }),
  results: z.object({
    failed_checks: z.array(z.object({ check_id: z.string(), check_name: z.string(), resource: z.string() })),
  }),
});

export const checkov: Judge = async (python) => {
  const bin = await pythonEnvironment('requirements-checkov.txt', python);
  const args = [
    '--framework',
    'cloudformation',
    '--output',
    'json',
    '--compact',
    '--quiet',
    '--file',
    template,
  ];
  const { stdout } = await run(join(bin, 'checkov'), args, { CHECKOV_RUN_SCA_PACKAGE_SCAN_V2: 'false' });
  const { summary, results } = checkovReport.parse(JSON.parse(stdout));
  const rules = Map.groupBy(results.failed_checks, ({ check_id }) => check_id);
  return [
    {
      judge: 'checkov',
      looked: `${summary.passed + summary.failed} checks, ${summary.passed} passed`,
      findings: [...rules].map(([subject, [first, ...more]]) => ({
        subject,
        difference: `${first?.check_name} (${first?.resource}, and ${more.length} more)`,
      })),
    },
  ];
};
