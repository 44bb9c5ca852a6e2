// ResultWriter: the results of a distributed Map's children, as files in S3 or as the state's own result.
import type { S3Objects } from '../clients/s3-client.ts';
import { compileTemplate, type Language, type Template } from '../language/fields.ts';
import { machineOfMapRun } from '../model/arns.ts';
import { isoTime } from '../model/clock.ts';
import { ErrorName, StateFailure } from '../model/errors.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, jsonText, parseJson } from '../model/json.ts';
import { statusRedrivable } from '../runtime/redrive.ts';
import type { Visit } from '../runtime/visit.ts';
import type { Child } from './map-run.ts';

const JSON_TYPE = 'application/json';

export interface ResultWriter {
  /** The bucket and the prefix of the files; without it the result stays in the state. */
  readonly args: Template | undefined;
  readonly lines: boolean;
  readonly transformation: 'NONE' | 'COMPACT' | 'FLATTEN';
}

export function compileWriter(fields: JsonObject, language: Language): ResultWriter {
  const config = isJsonObject(fields['WriterConfig']) ? fields['WriterConfig'] : {};
  const exports = fields['Resource'] !== undefined;
  const { Transformation } = config;
  return {
    args: exports
      ? compileTemplate(fields['Arguments'] ?? {}, 'ResultWriter/Arguments', language)
      : undefined,
    lines: config['OutputType'] === 'JSONL',
    transformation: Transformation === 'COMPACT' || Transformation === 'FLATTEN' ? Transformation : 'NONE',
  };
}

/** Gives the state's result. Throws StateFailure, ResultWriterFailed when S3 does not take the files. */
export async function writeResults(
  writer: ResultWriter,
  visit: Visit,
  mapRun: string,
  children: readonly Child[],
  s3: S3Objects,
): Promise<Json> {
  const succeeded = children.filter(({ end }) => end.status === 'SUCCEEDED');
  const failed = children.filter(({ end }) => end.status !== 'SUCCEEDED');
  if (!writer.args) return records(writer, mapRun, succeeded);
  const given = await visit.evaluate(writer.args);
  const args: JsonObject = isJsonObject(given) ? given : {};
  const bucket = String(args['Bucket'] ?? '');
  const prefix = String(args['Prefix'] ?? '').replace(/\/$/, '');
  const folder = `${prefix === '' ? '' : `${prefix}/`}${mapRun.split(':').at(-1)}`;

  const file = async (status: string, list: readonly Child[]): Promise<readonly Json[]> => {
    if (list.length === 0) return [];
    const key = `${folder}/${status}_0.${writer.lines ? 'jsonl' : 'json'}`;
    const values = records(writer, mapRun, list);
    const text = writer.lines ? values.map((value) => jsonText(value)).join('\n') : jsonText(values);
    await s3.put(bucket, key, text, JSON_TYPE);
    return [{ Key: key, Size: Buffer.byteLength(text) }];
  };

  try {
    const manifest = {
      DestinationBucket: bucket,
      MapRunArn: mapRun,
      ResultFiles: {
        FAILED: await file('FAILED', failed),
        PENDING: [],
        SUCCEEDED: await file('SUCCEEDED', succeeded),
      },
    };
    const key = `${folder}/manifest.json`;
    await s3.put(bucket, key, jsonText(manifest), JSON_TYPE);
    return { MapRunArn: mapRun, ResultWriterDetails: { Bucket: bucket, Key: key } };
  } catch (error) {
    throw new StateFailure(
      ErrorName.resultWriterFailed,
      error instanceof Error ? error.message : String(error),
    );
  }
}

function records({ transformation }: ResultWriter, mapRun: string, children: readonly Child[]): Json[] {
  if (transformation === 'NONE') return children.map((child) => record(child, mapRun));
  const outputs = children.map(({ end }) =>
    end.output === undefined ? { Cause: end.cause ?? '', Error: end.error ?? '' } : parseJson(end.output),
  );
  if (transformation === 'COMPACT') return outputs;
  return outputs.flatMap((output) => (isJsonArray(output) ? output : [output]));
}

function record({ arn, name, input, startedAt, end, redriveCount }: Child, mapRun: string): JsonObject {
  const { status, output, error, cause, stoppedAt } = end;
  const { redriveStatus: redrivable, redriveStatusReason } = {
    redriveStatusReason: undefined,
    ...statusRedrivable(status),
  };
  return {
    ...(cause !== undefined && { Cause: cause }),
    ...(error !== undefined && { Error: error }),
    ExecutionArn: arn,
    Input: input,
    InputDetails: { Included: true },
    Name: name,
    ...(output !== undefined && { Output: output, OutputDetails: { Included: true } }),
    RedriveCount: redriveCount,
    RedriveStatus: redrivable,
    ...(redriveStatusReason !== undefined && { RedriveStatusReason: redriveStatusReason }),
    StartDate: isoTime(startedAt),
    StateMachineArn: machineOfMapRun(mapRun),
    Status: status,
    StopDate: isoTime(stoppedAt),
  };
}
