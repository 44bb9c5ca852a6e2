// Schemas of the catalogue of actions.
import * as z from 'zod';

const jsonSchema = z.looseObject({}).describe('JSON Schema, draft 2020-12');

const action = z
  .object({
    id: z
      .string()
      .describe('What a step names in `action`')
      .meta({ examples: ['github.create_issue'] }),
    provider: z.string(),
    title: z.string(),
    summary: z.string(),
    effect: z
      .enum(['read', 'idempotent', 'write'])
      .describe(
        '`read` changes nothing; `idempotent` may run twice with the effect of once; `write` may not',
      ),
    timeout_seconds: z.number(),
    retryable_errors: z.array(z.string()).describe('Errors after which a step tries again by itself'),
    connection: z.object({
      provider: z.string(),
      fields: z.array(z.string()),
      scopes: z.array(z.string()).optional().describe('The OAuth scopes of which it needs one'),
    }),
    input: jsonSchema,
    output: jsonSchema,
    example: z.object({ input: z.looseObject({}), output: z.looseObject({}) }),
  })
  .meta({ id: 'Action' });

export const actionList = z.object({ items: z.array(action) }).meta({ id: 'ActionList' });
