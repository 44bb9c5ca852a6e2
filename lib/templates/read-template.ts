// Reads a template from the templates bucket, for the actions that render templates.
import { GetObjectCommand, NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import { setting } from '../config.ts';
import { InvalidInput, NotFound, ProviderUnavailable } from '../errors.ts';
import { jsonValue } from '../json.ts';
import { type Template, template, templateId } from '../template-format/template.ts';

/** The S3 key of a template. */
function templateKey(id: string): string {
  return `templates/${templateId.parse(id)}.json`;
}

/** Where templates are read from. */
export type ReadTemplate = (id: string, signal: AbortSignal) => Promise<Template>;

/** A function that reads templates from the bucket named by TEMPLATES_BUCKET; each call sees the newest version. */
export function templateReader(client: Pick<S3Client, 'send'> = new S3Client()): ReadTemplate {
  /**
   * @throws NotFound when there is no template of that id
   * @throws ProviderUnavailable when AWS does not answer, or refuses
   * @throws InvalidInput when the stored file is not a template
   */
  return async function readTemplate(id, signal) {
    const command = new GetObjectCommand({ Bucket: setting('TEMPLATES_BUCKET'), Key: templateKey(id) });
    const reply = await client.send(command, { abortSignal: signal }).catch((cause: unknown) => {
      if (cause instanceof NoSuchKey) throw new NotFound(`The template ${id} does not exist`, { cause });
      const error = cause instanceof Error ? cause.name : 'unknown';
      throw new ProviderUnavailable(`The template ${id} could not be read from AWS: ${error}`, { cause });
    });
    const parsed = template.safeParse(jsonValue((await reply.Body?.transformToString()) ?? ''));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new InvalidInput(
      `The stored template ${id} is not valid: /${issue?.path.join('/') ?? ''}: ${issue?.message ?? ''}`,
    );
  };
}
