// What the operations of the Parameter Store take.
import * as z from 'zod';

export const parameterType = z.enum(['String', 'StringList', 'SecureString']);

const name = z.string().min(1).max(2048);
const decryption = { WithDecryption: z.boolean().default(false) };
const paging = (maximum: number) => ({
  MaxResults: z.number().int().min(1).max(maximum).default(maximum),
  NextToken: z.string().optional(),
});

export const putParameterRequest = z.object({
  Name: name,
  Value: z.string().min(1),
  Type: parameterType.optional(),
  Overwrite: z.boolean().default(false),
  Description: z.string().max(1024).optional(),
  Tier: z.enum(['Standard', 'Advanced', 'Intelligent-Tiering']).optional(),
});
export const getParameterRequest = z.object({ Name: name, ...decryption });
export const getParametersRequest = z.object({ Names: z.array(name).min(1).max(10), ...decryption });
export const getParametersByPathRequest = z.object({
  Path: name,
  Recursive: z.boolean().default(false),
  ...decryption,
  ...paging(10),
});
export const deleteParameterRequest = z.object({ Name: name });

const parameterFilter = z.object({
  Key: z.enum(['Name', 'Path', 'Type']),
  Option: z.enum(['Equals', 'BeginsWith', 'Contains', 'Recursive', 'OneLevel']).optional(),
  Values: z.array(z.string()).min(1).max(50),
});
export type ParameterFilter = z.infer<typeof parameterFilter>;

export const describeParametersRequest = z.object({
  ...paging(50),
  ParameterFilters: z.array(parameterFilter).default([]),
});
