// What `npm run package` makes, for the tests of the deployment: the template, with its references written out, and the zips.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import * as z from 'zod';
import { projectFolder } from '../../infrastructure/project-folder.ts';

const folder = join(projectFolder, '.serverless');
export const templateFile = join(folder, 'cloudformation-template-update-stack.json');

const template = z.object({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
  Outputs: z.record(z.string(), z.looseObject({ Value: z.unknown() })),
});
export type Template = z.infer<typeof template>;

/**
 * Runs `npm run package` without any AWS credentials or configuration.
 * @returns what it printed, and what it left in the temporary folder
 */
export async function packageStage(stage: string): Promise<{ printed: string; left: string[] }> {
  const { PATH, HOME } = process.env;
  const TMPDIR = await mkdtemp(join(tmpdir(), 'package-'));
  const { stdout, stderr } = await promisify(execFile)('npm', ['run', 'package', '--', '--stage', stage], {
    cwd: projectFolder,
    env: { PATH, HOME, TMPDIR, AWS_CONFIG_FILE: '/nonexistent', AWS_SHARED_CREDENTIALS_FILE: '/nonexistent' },
  });
  const left = await readdir(TMPDIR);
  await rm(TMPDIR, { recursive: true });
  return { printed: stdout + stderr, left };
}

/** The packaged template as an account 123456789012 in eu-west-1 would see it: `Ref X` reads `<X>`. */
export async function readTemplate(): Promise<Template> {
  const text = await readFile(templateFile, 'utf8');
  return template.parse(JSON.parse(text, (_key, value: unknown) => written(value)));
}

const pseudo: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'eu-west-1',
  'AWS::AccountId': '123456789012',
  'AWS::URLSuffix': 'amazonaws.com',
};

const intrinsic = z.union([
  z.strictObject({ Ref: z.string() }).transform((value) => reference(value.Ref)),
  z
    .strictObject({ 'Fn::GetAtt': z.array(z.string()) })
    .transform((value) => reference(value['Fn::GetAtt'].join('.'))),
  z
    .strictObject({ 'Fn::Sub': z.string() })
    .transform((value) =>
      value['Fn::Sub'].replace(/\$\{([^}]+)\}/g, (_match, name: string) => reference(name)),
    ),
  z
    .strictObject({ 'Fn::Join': z.tuple([z.string(), z.array(z.string())]) })
    .transform(({ 'Fn::Join': [separator, parts] }) => parts.join(separator)),
]);

function written(value: unknown): unknown {
  const parsed = intrinsic.safeParse(value);
  return parsed.success ? parsed.data : value;
}

function reference(name: string): string {
  return pseudo[name] ?? `<${name}>`;
}

const texts = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
/** The properties of a function. */
export const lambda = z.object({
  FunctionName: z.string(),
  Runtime: z.literal('nodejs24.x'),
  Architectures: z.tuple([z.literal('arm64')]),
  Handler: z.string(),
  Timeout: z.number(),
  MemorySize: z.number(),
  Role: z.string(),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }).default({ Variables: {} }),
});
const statement = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Action: texts,
  Resource: texts,
  Condition: z.unknown().optional(),
});
/** The properties of a role: its policies inline, no managed ones. */
export const role = z.object({
  AssumeRolePolicyDocument: z.object({ Statement: z.array(z.unknown()) }),
  Policies: z.array(z.object({ PolicyDocument: z.object({ Statement: z.array(statement) }) })),
  ManagedPolicyArns: z.never().optional(),
});

/** The properties of all resources of a type, by logical id. */
export function propertiesOf<T extends z.ZodType>(
  { Resources }: Template,
  type: string,
  schema: T,
): Record<string, z.output<T>> {
  const found = Object.entries(Resources).filter(([, resource]) => resource.Type === type);
  return Object.fromEntries(found.map(([id, resource]) => [id, schema.parse(resource.Properties)]));
}

const allowing = z.object({
  Effect: z.literal('Allow'),
  Action: texts,
  Resource: texts.default([]),
  Principal: z.unknown().optional(),
});

/** Every statement that allows something, of whatever policy. */
export function allowStatements({ Resources }: Template): readonly z.output<typeof allowing>[] {
  const found: z.output<typeof allowing>[] = [];
  JSON.stringify(Resources, (_key, value: unknown) => {
    const parsed = allowing.safeParse(value);
    if (parsed.success) found.push(parsed.data);
    return value;
  });
  return found;
}

export interface Zip {
  /** `github-create-issue` */
  readonly name: string;
  /** Content by path. */
  readonly files: Readonly<Record<string, Uint8Array>>;
}

export async function readZips(): Promise<readonly Zip[]> {
  const zips = (await readdir(folder)).filter((file) => file.endsWith('.zip')).sort();
  return Promise.all(
    zips.map(async (file) => ({
      name: basename(file, '.zip'),
      files: unzipSync(await readFile(join(folder, file))),
    })),
  );
}

/**
 * Imports a handler as Lambda would: from the zip alone, outside the project, where no node_modules can help
 * out, in a new process that has the function's own environment.
 * @param handler `functions/api/auth.handler`
 * @returns the version of Node and the type of the export `handler`, and whatever else was printed
 */
export async function importHandler(
  { name, files }: Zip,
  handler: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const target = await mkdtemp(join(tmpdir(), `${name}-`));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(target, path)), { recursive: true });
    await writeFile(join(target, path), content);
  }
  const module = pathToFileURL(join(target, handler.replace(/\.handler$/, '.mjs'))).href;
  const script =
    'const { handler } = await import(process.argv[1]); console.log(process.version, typeof handler);';
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', script, module],
    { cwd: target, env: { AWS_REGION: 'eu-west-1', ...environment } },
  );
  await rm(target, { recursive: true });
  return stdout + stderr;
}
