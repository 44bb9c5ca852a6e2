// Schemas of the large values of runs.
import * as z from 'zod';

export const largeValueParams = z.object({
  owner: z
    .string()
    .regex(/^[0-9a-f]{32}$/, 'the part of `large_value` before the slash')
    .meta({ examples: ['3f1c9a0b4d5e6f708192a3b4c5d6e7f8'] }),
  content: z
    .string()
    .regex(/^[0-9a-f]{64}(?:\.base64)?$/, 'the part of `large_value` behind the slash')
    .meta({ examples: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'] }),
});

export const largeValueQuery = z.object({
  filename: z
    .string()
    .max(255)
    .regex(/^[^\p{Cc}/\\]+$/u, 'must be the name of a file')
    .optional()
    .describe('The name under which it is saved'),
});

export const largeValueAddress = z
  .object({
    url: z.url().describe('Gives it as a file to whoever asks, until then'),
    expires_at: z.iso.datetime(),
  })
  .meta({ id: 'LargeValueAddress' });
