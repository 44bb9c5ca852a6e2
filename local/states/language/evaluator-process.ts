// Runs in the process of evaluator.ts: evaluates the expressions that it is sent.
import { Worker } from 'node:worker_threads';
import { jsonText, parseJson } from '../model/json.ts';
import type { EvaluationAnswer, EvaluationRequest } from './evaluator-protocol.ts';
import { tooLarge } from './expression-limits.ts';
import { type Evaluated, Interpreter, limitFailure, parseExpression } from './interpreter.ts';
import type { Bindings } from './plain/compile.ts';

/** How many expressions are kept compiled. */
const MAX_KEPT = 500;

/** The number of the evaluation under way, 0 between two: what the watchdog sees. */
const current = new Int32Array(new SharedArrayBuffer(4));
new Worker(new URL('./evaluator-watchdog.ts', import.meta.url), { workerData: current }).unref();

const interpreters = new Map<string, Interpreter>();
let now = 0;
const sources = { random: Math.random, clock: { now: () => now } };

function interpreterOf(source: string): Interpreter {
  const known = interpreters.get(source);
  if (known) return known;
  if (interpreters.size >= MAX_KEPT) interpreters.clear();
  const interpreter = new Interpreter(parseExpression(source), sources, { watch: true });
  interpreters.set(source, interpreter);
  return interpreter;
}

function answerOf(evaluated: Evaluated): EvaluationAnswer {
  if ('failure' in evaluated) return evaluated;
  try {
    return { value: jsonText(evaluated.value) };
  } catch {
    return limitFailure(tooLarge); // longer than a text can be
  }
}

let evaluations = 0;

async function evaluate(request: EvaluationRequest): Promise<void> {
  evaluations = (evaluations % 1_000_000) + 1;
  Atomics.store(current, 0, evaluations);
  now = request.now;
  const bindings = parseJson(request.bindings) as Bindings; // what the engine has sent
  const evaluated = await interpreterOf(request.source).evaluate(bindings);
  process.send?.(answerOf(evaluated));
  Atomics.store(current, 0, 0);
}

process.on('message', (request: EvaluationRequest) => void evaluate(request));
process.on('disconnect', () => process.exit());
