// How the time that a document takes grows with its size, of many shapes of document: what POST /workflows/validate does.
import { readBody } from '../../lib/api/request/body.ts';
import { validated } from '../../lib/api/request/validate.ts';
import { type CompileOptions, calledWorkflows, compile } from '../../lib/compiler/compile.ts';
import { ApiProblem } from '../../lib/problem.ts';
import { workflowBody } from '../../lib/schemas/workflows.ts';
import { ofSize, type Shape, type Shapes } from './shape.ts';
import { shapesOfDocuments } from './shapes-of-documents.ts';
import { shapesOfExpressions } from './shapes-of-expressions.ts';
import { shapesOfSteps } from './shapes-of-steps.ts';

const KILOBYTES = [62, 125, 250, 500, 1000] as const;

/** Milliseconds of the processor that a document may take. */
const LIMIT_MS = 2000;
/** What takes less than this says nothing of growth. */
const LEAST_MS = 20;
/** Larger sizes would take minutes. */
const GIVE_UP_MS = 3000;

export const allShapes: Shapes = { ...shapesOfSteps, ...shapesOfExpressions, ...shapesOfDocuments };

/** The answer to a body, as the API makes it. */
export function answerTo(body: string, options: CompileOptions): { answer: string; outcome: string } {
  try {
    const document = validated(workflowBody, readBody({ body, headers: {}, isBase64Encoded: false }), 'body');
    calledWorkflows(document, options.catalogue);
    const result = compile(document, options);
    const { warnings } = result;
    const problems = result.ok ? [] : result.problems;
    return {
      answer: JSON.stringify({ valid: result.ok, problems, warnings }),
      outcome: result.ok ? 'compiled' : `${problems.length} × ${problems[0]?.code}`,
    };
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    return { answer: JSON.stringify([error.message, error.problems]), outcome: error.type };
  }
}

export interface Measured {
  readonly times: readonly number[];
  readonly outcome: string;
  readonly answerBytes: number;
}

export function measured(shape: Shape, options: CompileOptions): Measured {
  const times: number[] = [];
  let outcome = '';
  let answerBytes = 0;
  for (const kilobytes of KILOBYTES) {
    const body = ofSize(shape, kilobytes * 1000);
    const began = process.threadCpuUsage();
    try {
      const made = answerTo(body, options);
      outcome = made.outcome;
      answerBytes = made.answer.length;
    } catch (error) {
      outcome = `FAILED ${String(error)}`;
    }
    const { user, system } = process.threadCpuUsage(began);
    const time = (user + system) / 1000;
    times.push(time);
    if (time > GIVE_UP_MS) break;
  }
  return { times, outcome, answerBytes };
}

/** 1 where time grows as the size does, 2 as its square; from what takes long enough to be measured. */
function exponent(times: readonly number[]): number | undefined {
  const last = times.at(-1) ?? 0;
  const first = times.findIndex((time) => time >= LEAST_MS);
  const steps = times.length - 1 - first;
  return first === -1 || steps === 0 ? undefined : Math.log2(last / (times[first] ?? 1)) / steps;
}

/** Prints a line a shape. @returns whether every document was answered in time */
export function printSizes(options: CompileOptions, wanted?: string): boolean {
  console.log(
    `milliseconds of the processor for documents of ${KILOBYTES.join(', ')} KB; how they grow; the outcome`,
  );
  let worst = { name: '', time: 0 };
  let failed = false;
  const shapes = Object.entries(allShapes).filter(([name]) => wanted === undefined || name === wanted);
  for (const [name, shape] of shapes) {
    const { times, outcome, answerBytes } = measured(shape, options);
    const grows = exponent(times);
    const time = Math.max(...times);
    if (time > worst.time) worst = { name, time };
    failed ||= outcome.startsWith('FAILED');
    const columns = KILOBYTES.map((_, at) => (times[at]?.toFixed(0) ?? '…').padStart(6)).join('');
    console.log(
      `${name.padEnd(42)}${columns}  ${grows === undefined ? '   ' : grows.toFixed(1)}  ${outcome}, ${answerBytes} bytes`,
    );
  }
  console.log(`The longest: ${worst.time.toFixed(0)} ms (${worst.name}), of ${LIMIT_MS} ms.`);
  return !failed && worst.time < LIMIT_MS;
}
