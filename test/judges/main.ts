// npm run judges: tools that others wrote, over the packaged template, its roles, and the compiled definitions.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { localstack } from './localstack.ts';
import { motoJudges } from './moto.ts';
import { PythonMissing, pythonEnvironment, run } from './python.ts';
import { cfnLint, checkov, type Judgement, roles } from './template.ts';

const knownDifferences = z.array(
  z.strictObject({
    judge: z.string(),
    /** What the finding is about: a definition, a role's action, a rule. */
    subject: z.string(),
    right: z.enum(['the product', 'the judge', 'a choice']),
    why: z.string(),
  }),
);
type KnownDifference = z.output<typeof knownDifferences>[number];

/** There is no Python here that is new enough, or it cannot install the judges. */
const CANNOT_RUN = 3;

async function main(args: readonly string[]): Promise<number> {
  const all = args.includes('--all');
  const file = join(import.meta.dirname, 'known-differences.json');
  const known = knownDifferences.parse(JSON.parse(await readFile(file, 'utf8')));
  const python = process.env.PYTHON ?? 'python3';
  await pythonEnvironment('requirements.txt', python);
  const packaged = await run('npm', ['run', '--silent', 'package']);
  if (packaged.code !== 0) throw new Error(`npm run package failed:\n${packaged.output}`);
  const judges = [cfnLint, roles, motoJudges, ...(all ? [checkov, localstack] : [])];
  let wrong = 0;
  const notRun: string[] = [];
  for (const judge of judges) {
    try {
      for (const judgement of await judge(python)) wrong += report(judgement, known);
    } catch (error) {
      if (!(error instanceof PythonMissing)) throw error;
      notRun.push(error.message);
    }
  }
  console.log(
    wrong === 0 ? 'The judges found nothing that is not known.' : `${wrong} findings are not known.`,
  );
  for (const message of notRun) console.error(`A judge was not run. ${message}`);
  if (wrong > 0) return 1;
  return notRun.length > 0 ? CANNOT_RUN : 0;
}

/** Prints what a judge found; the number of findings that nobody has explained, and of explanations of nothing. */
function report({ judge, looked, findings }: Judgement, known: readonly KnownDifference[]): number {
  const explained = known.filter((difference) => difference.judge === judge);
  const [news, expected] = [false, true].map((isKnown) =>
    findings.filter(({ subject }) => explained.some((one) => one.subject === subject) === isKnown),
  );
  const over = explained.filter(({ subject }) => !findings.some((finding) => finding.subject === subject));
  console.log(`${judge}: ${looked}; ${findings.length} findings, ${expected?.length} known`);
  for (const { subject, right, why } of explained) {
    if (!over.some((one) => one.subject === subject))
      console.log(`  known  ${subject} (${right} is right): ${why}`);
  }
  for (const { subject, difference } of news ?? []) console.log(`  NEW    ${subject}: ${difference}`);
  for (const { subject } of over) console.log(`  GONE   ${subject}: take it off known-differences.json`);
  return (news?.length ?? 0) + over.length;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof PythonMissing)) throw error;
  console.error(`The judges were not run. ${error.message}`);
  process.exitCode = CANNOT_RUN;
}
