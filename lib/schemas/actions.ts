// Schemas of the catalogue of actions.
import * as z from 'zod';
import { onceMeans } from '../effect.ts';

const jsonSchema = z.looseObject({}).describe('JSON Schema, draft 2020-12');

const common = {
  id: z
    .string()
    .describe('What a step names in `action`')
    .meta({ examples: ['github.create_issue'] }),
  provider: z.string(),
  title: z.string(),
  summary: z.string(),
  timeout_seconds: z.number(),
  background: z.boolean().describe('Whether a step that calls it may say `"background": true`'),
  retryable_errors: z.array(z.string()).describe('Errors after which a step tries again by itself'),
  connection: z.object({
    provider: z.string(),
    fields: z.array(z.string()),
    scopes: z.array(z.string()).optional().describe('The OAuth scopes of which it needs one'),
    optional: z
      .literal(true)
      .optional()
      .describe('A step that names none goes without, and not with `default`'),
  }),
  input: jsonSchema,
  output: jsonSchema,
  example: z.object({ input: z.looseObject({}), output: z.looseObject({}) }),
};

const reading = z.object({ ...common, effect: z.literal('read').describe('Nothing outside changes') });
const writing = z.object({
  ...common,
  effect: z.literal('write').describe('It changes something outside'),
  once: z
    .enum(onceMeans)
    .describe(
      'What makes a call take effect once, however often it is tried: `native`: the provider makes a second call harmless; `marker`: a mark in what was made, which a further try looks for; `record`: a record of the call, after whose loss the step fails with OutcomeUnknown instead of writing again',
    ),
  reads_when: z
    .record(z.string(), z.array(z.string()))
    .optional()
    .describe('Parameters, with the values with which nothing outside changes'),
});

const action = z.discriminatedUnion('effect', [reading, writing]).meta({ id: 'Action' });

export const actionList = z.object({ items: z.array(action) }).meta({ id: 'ActionList' });
