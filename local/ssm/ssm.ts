// AWS Systems Manager's Parameter Store on a laptop: AWS JSON 1.1, kept in a file, SecureStrings encrypted.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { AwsError, asAwsError, jsonAnswer, jsonError } from '../aws/error.ts';
import type { AwsService } from '../aws/service.ts';
import { openJsonFile } from '../shared/json-file.ts';

const parameter = z.object({
  name: z.string(),
  type: z.enum(['String', 'StringList', 'SecureString']),
  /** Base64 of nonce, tag and ciphertext for a SecureString. */
  value: z.string(),
  version: z.number(),
  /** Seconds since 1970. */
  modified: z.number(),
  description: z.string().optional(),
});
type Parameter = z.infer<typeof parameter>;

const name = z.string().min(1).max(2048);
const paging = { MaxResults: z.number().int().min(1).max(50).default(50), NextToken: z.string().optional() };
const requests = {
  PutParameter: z.object({
    Name: name,
    Value: z.string().min(1),
    Type: parameter.shape.type.optional(),
    Overwrite: z.boolean().default(false),
    Description: z.string().max(1024).optional(),
    Tier: z.enum(['Standard', 'Advanced', 'Intelligent-Tiering']).optional(),
  }),
  GetParameter: z.object({ Name: name, WithDecryption: z.boolean().default(false) }),
  GetParameters: z.object({
    Names: z.array(name).min(1).max(10),
    WithDecryption: z.boolean().default(false),
  }),
  GetParametersByPath: z.object({
    Path: name,
    Recursive: z.boolean().default(false),
    WithDecryption: z.boolean().default(false),
    MaxResults: z.number().int().min(1).max(10).default(10),
    NextToken: z.string().optional(),
  }),
  DeleteParameter: z.object({ Name: name }),
  DescribeParameters: z.object({
    ...paging,
    ParameterFilters: z
      .array(
        z.object({
          Key: z.enum(['Name', 'Path', 'Type']),
          Option: z.enum(['Equals', 'BeginsWith', 'Contains', 'Recursive', 'OneLevel']).optional(),
          Values: z.array(z.string()).min(1).max(50),
        }),
      )
      .default([]),
  }),
} as const;

const ARN_PREFIX = 'arn:aws:ssm:us-east-1:000000000000:parameter';
const MAX_VALUE_BYTES = { standard: 4096, advanced: 8192 };

const notFound = () => new AwsError('ParameterNotFound', '');

/** Opens the Parameter Store over a directory, which is made when it is missing. */
export function createSsm(options: { directory: string; now?: () => number }): AwsService {
  const { directory, now = Date.now } = options;
  const key = readKey(path.join(directory, 'parameter-store.key'));
  const file = openJsonFile(path.join(directory, 'parameters.json'), z.array(parameter));
  const parameters = new Map(file.initial?.map((entry) => [entry.name, entry]));
  let saved = Promise.resolve();

  function save(): Promise<void> {
    saved = file.save([...parameters.values()]);
    return saved;
  }

  const arn = ({ name }: Parameter) => `${ARN_PREFIX}${name.startsWith('/') ? '' : '/'}${name}`;

  const answer = (entry: Parameter, withDecryption: boolean) => ({
    Name: entry.name,
    Type: entry.type,
    Value: entry.type === 'SecureString' && withDecryption ? decrypt(key, entry) : entry.value,
    Version: entry.version,
    LastModifiedDate: entry.modified,
    ARN: arn(entry),
    DataType: 'text',
  });

  const sorted = () => [...parameters.values()].sort((a, b) => (a.name < b.name ? -1 : 1));

  const operations: Readonly<Record<string, (body: Buffer) => Promise<object>>> = {
    PutParameter: operation(
      requests.PutParameter,
      async ({ Name, Value, Type, Overwrite, Description, Tier }) => {
        checkName(Name);
        const existing = parameters.get(Name);
        if (existing && !Overwrite)
          throw new AwsError(
            'ParameterAlreadyExists',
            'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
          );
        const type = Type ?? existing?.type;
        if (!type)
          throw new AwsError(
            'ValidationException',
            'A parameter type is required when you create a parameter.',
          );
        const limit =
          Tier === undefined || Tier === 'Standard' ? MAX_VALUE_BYTES.standard : MAX_VALUE_BYTES.advanced;
        if (Buffer.byteLength(Value) > limit)
          throw new AwsError(
            'ValidationException',
            `${limit === MAX_VALUE_BYTES.standard ? 'Standard' : 'Advanced'} tier parameters support a maximum parameter value of ${limit} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier.`,
          );
        const version = (existing?.version ?? 0) + 1;
        const description = Description ?? existing?.description;
        parameters.set(Name, {
          name: Name,
          type,
          value: type === 'SecureString' ? encrypt(key, Name, Value) : Value,
          version,
          modified: now() / 1000,
          ...(description === undefined ? {} : { description }),
        });
        await save();
        return { Version: version, Tier: limit === MAX_VALUE_BYTES.standard ? 'Standard' : 'Advanced' };
      },
    ),

    GetParameter: operation(requests.GetParameter, ({ Name, WithDecryption }) => {
      const found = parameters.get(plainName(Name));
      if (!found) throw notFound();
      return { Parameter: answer(found, WithDecryption) };
    }),

    GetParameters: operation(requests.GetParameters, ({ Names, WithDecryption }) => {
      const found = Names.map((wanted) => parameters.get(plainName(wanted)));
      return {
        Parameters: found.flatMap((entry) => (entry ? [answer(entry, WithDecryption)] : [])),
        InvalidParameters: Names.filter((_, index) => !found[index]),
      };
    }),

    GetParametersByPath: operation(
      requests.GetParametersByPath,
      ({ Path, Recursive, WithDecryption, MaxResults, NextToken }) => {
        if (!Path.startsWith('/'))
          throw new AwsError(
            'ValidationException',
            'The parameter path must begin with a forward slash "/". It can\'t be empty and must not end with a slash unless it is the root.',
          );
        const prefix = Path.endsWith('/') ? Path : `${Path}/`;
        const below = sorted().filter(
          (entry) =>
            entry.name.startsWith(prefix) && (Recursive || !entry.name.slice(prefix.length).includes('/')),
        );
        const { items, next } = page(below, MaxResults, NextToken);
        return { Parameters: items.map((entry) => answer(entry, WithDecryption)), NextToken: next };
      },
    ),

    DeleteParameter: operation(requests.DeleteParameter, async ({ Name }) => {
      if (!parameters.delete(Name)) throw notFound();
      await save();
      return {};
    }),

    DescribeParameters: operation(
      requests.DescribeParameters,
      ({ ParameterFilters, MaxResults, NextToken }) => {
        const matching = sorted().filter((entry) => ParameterFilters.every((filter) => fits(entry, filter)));
        const { items, next } = page(matching, MaxResults, NextToken);
        const describe = (entry: Parameter) => ({
          Name: entry.name,
          ARN: arn(entry),
          Type: entry.type,
          LastModifiedDate: entry.modified,
          Description: entry.description,
          Version: entry.version,
          Tier: 'Standard',
          Policies: [],
          DataType: 'text',
        });
        return { Parameters: items.map(describe), NextToken: next };
      },
    ),
  };

  return {
    signingName: 'ssm',
    async handle({ headers, body }) {
      const name = (headers['x-amz-target'] ?? '').replace(/^AmazonSSM\./, '');
      try {
        const run = Object.hasOwn(operations, name) ? operations[name] : undefined;
        if (!run)
          throw new AwsError(
            'UnknownOperationException',
            `${name || 'A request without X-Amz-Target'} of ssm is not served here`,
          );
        return jsonAnswer('1.1', await run(body));
      } catch (error) {
        return jsonError('1.1', asAwsError(error, 'InternalServerError'));
      }
    },
    async close() {
      await saved;
    },
  };
}

/** An operation that reads its request by a schema. */
function operation<T>(schema: z.ZodType<T>, run: (request: T) => object | Promise<object>) {
  return async (body: Buffer): Promise<object> => {
    const request = schema.safeParse(parseJson(body));
    if (!request.success) throw new AwsError('ValidationException', validationMessage(request.error));
    return run(request.data);
  };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString() || '{}');
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON');
  }
}

function validationMessage(error: z.ZodError): string {
  const problems = error.issues.map(
    (issue) =>
      `Value at '${issue.path.map(String).join('.')}' failed to satisfy constraint: ${issue.message}`,
  );
  return `${problems.length} validation error${problems.length === 1 ? '' : 's'} detected: ${problems.join('; ')}`;
}

/** The name from a name or an ARN; a version or label after a colon is not kept here. */
const plainName = (text: string) => {
  const name = text.startsWith(ARN_PREFIX) ? text.slice(ARN_PREFIX.length) : text;
  return name.lastIndexOf('/') > 0 || !text.startsWith(ARN_PREFIX) ? name : name.slice(1);
};

/** The rules of PutParameter's Name. */
function checkName(text: string): void {
  if (
    !/^[\w./-]+$/.test(text) ||
    (text.includes('/') && !text.startsWith('/')) ||
    text.split('/').length > 16
  )
    throw new AwsError(
      'ValidationException',
      'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
    );
  if (/^\/?(?:aws|ssm)/i.test(text))
    throw new AwsError(
      'ValidationException',
      'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).',
    );
}

function page<T>(all: readonly T[], size: number, token: string | undefined) {
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isSafeInteger(start) || start < 0)
    throw new AwsError('InvalidNextToken', 'The specified token is not valid.');
  const end = start + size;
  return {
    items: all.slice(start, end),
    next: end < all.length ? Buffer.from(String(end)).toString('base64url') : undefined,
  };
}

type Filter = z.infer<(typeof requests)['DescribeParameters']>['ParameterFilters'][number];

function fits(entry: Parameter, { Key, Option, Values }: Filter): boolean {
  return Values.some((value) => {
    if (Key === 'Type') return entry.type === value;
    if (Key === 'Path') {
      const prefix = value.endsWith('/') ? value : `${value}/`;
      return (
        entry.name.startsWith(prefix) &&
        (Option === 'Recursive' || !entry.name.slice(prefix.length).includes('/'))
      );
    }
    if (Option === 'BeginsWith') return entry.name.startsWith(value);
    return Option === 'Contains' ? entry.name.includes(value) : entry.name === value;
  });
}

/** The key of the SecureStrings: 32 random bytes that only this user can read. */
function readKey(file: string): Buffer {
  mkdirSync(path.dirname(file), { recursive: true });
  try {
    writeFileSync(file, randomBytes(32), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const key = readFileSync(file);
  if (key.length !== 32) throw new Error(`${file} is not a key of 32 bytes`);
  return key;
}

/** AES-256-GCM, bound to the parameter's name, so that one parameter's text cannot stand in for another's. */
function encrypt(key: Buffer, name: string, value: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name));
  const text = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64');
}

function decrypt(key: Buffer, { name, value }: Parameter): string {
  const bytes = Buffer.from(value, 'base64');
  const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
    .setAAD(Buffer.from(name))
    .setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([cipher.update(bytes.subarray(28)), cipher.final()]).toString();
}
