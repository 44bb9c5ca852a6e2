// Records of calls, for actions whose provider has nothing by which a further try of a call finds what an earlier one did:
// `calls/<call key>.json` in the bucket named by LOGS_BUCKET, removed by a lifecycle rule (infrastructure/stack/storage.yml).
import type * as z from 'zod';
import type { CallRecords } from '../actions/call-records.ts';
import { setting } from '../config.ts';
import { OrchestraError, ProviderUnavailable } from '../errors.ts';
import { parseExactly } from '../exact-json.ts';
import { type ObjectAnswer, type ObjectCall, s3Object } from '../s3-object.ts';

/** Of all attempts at one request: an action has its own deadline besides. */
const LONGEST_MS = 30_000;

/** The records of one action, whose calls' keys are no other action's. */
export function callRecords<Schema extends z.ZodType>(schema: Schema): CallRecords<z.output<Schema>> {
  const read = async (key: string) => {
    const { status, etag, body } = await ask({ method: 'GET', key });
    return status === 404 ? undefined : { text: body.toString(), etag };
  };
  const write = async (key: string, record: z.output<Schema>, condition: Record<string, string>) => {
    const text = JSON.stringify(record);
    const headers = { 'content-type': 'application/json', ...condition };
    const { status, etag } = await ask({ method: 'PUT', key, headers, body: text });
    if (status === 200) return etag;
    // When the answer to a write is lost, it is made again, and the condition fails because of the first one.
    const there = await read(key);
    return there?.text === text ? there.etag : undefined;
  };
  return {
    async read(key) {
      const found = await read(key);
      return found && { document: schema.parse(parseExactly(found.text)), etag: found.etag };
    },
    claim: (key, record) => write(key, record, { 'if-none-match': '*' }),
    replace: (key, record, etag) => write(key, record, { 'if-match': etag }),
    async release(key, etag) {
      await ask({ method: 'DELETE', key, headers: { 'if-match': etag } });
    },
  };
}

/**
 * An answer that tells what there is. 412: the condition was false. 409: another write was under way at the same time and S3
 * let that one win. 404: there is none (any more).
 */
async function ask(call: Omit<ObjectCall, 'bucket'>): Promise<ObjectAnswer> {
  const key = `calls/${call.key}.json`;
  const object = { ...call, bucket: setting('LOGS_BUCKET'), key };
  const answer = await s3Object(object, AbortSignal.timeout(LONGEST_MS)).catch((cause: unknown) => {
    throw cause instanceof OrchestraError ? cause : notKept('S3 did not answer', cause);
  });
  const { status, body } = answer;
  const code = /<Code>(\w+)<\/Code>/.exec(body.toString('utf8', 0, 2000))?.[1];
  const isTold = status < 300 || [404, 409, 412].includes(status);
  if (!isTold || code === 'NoSuchBucket') throw notKept(code ?? `S3 answered ${status}`);
  return answer;
}

function notKept(why: string, cause?: unknown): ProviderUnavailable {
  return new ProviderUnavailable(`The record of the call could not be kept in S3: ${why}`, { cause });
}
