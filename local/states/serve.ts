// The engine alone on a port: what `npx orchestra states` starts.
import { createAwsServer } from '../aws/server.ts';
import type { AwsService } from '../aws/service.ts';
import { PortInUse } from '../shared/http-server.ts';
import { createStates } from './create-states.ts';
import { DEFAULT_RETENTION } from './persistence/retention.ts';
import { DatabaseRefused } from './store/refused.ts';

export interface ServeOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** A file that keeps everything across restarts; in memory when left out. */
  readonly database: string | undefined;
  /** See Retention; its defaults where left out. */
  readonly days: number | undefined;
  readonly megabytes: number | undefined;
  readonly region: string;
  readonly accountId: string;
  readonly lambdaEndpoint: string | undefined;
  readonly s3Endpoint: string | undefined;
  readonly eventsEndpoint: string | undefined;
}

export interface RunningStates {
  readonly url: string;
  /**
   * Answers what is under way, then stops every execution where it is.
   * @throws NotWritten
   */
  close(): Promise<void>;
}

/** It cannot be started as it was asked for; the message says what would be right. */
export class CannotServe extends Error {
  override readonly name = 'CannotServe';
}

/** The disk refused what executions did last. */
export class NotWritten extends Error {
  override readonly name = 'NotWritten';
}

/** @throws CannotServe */
export async function serveStates(options: ServeOptions): Promise<RunningStates> {
  const { port, database = ':memory:', days, megabytes, ...places } = options;
  const retention = {
    days: days ?? DEFAULT_RETENTION.days,
    megabytes: megabytes ?? DEFAULT_RETENTION.megabytes,
  };
  const ready = Promise.withResolvers<AwsService>();
  ready.promise.catch(() => {}); // told to who started it
  const server = createAwsServer([
    {
      signingName: 'states',
      handle: async (request) => (await ready.promise).handle(request),
      close: async () => {},
    },
  ]);
  // The port first: without it nothing may go on with the executions in the file.
  const url = await server.listen(port).catch((cause: Error) => {
    const why = cause instanceof PortInUse ? cause.message : `Port ${port} cannot be had (${cause.message})`;
    throw new CannotServe(`${why}; --port chooses another`, { cause });
  });
  try {
    const service = await createStates({ database, retention, ...places });
    ready.resolve(service);
    return {
      url,
      async close() {
        await server.close();
        await service.close().catch((cause: unknown) => {
          const why = cause instanceof Error ? cause.message : String(cause);
          throw new NotWritten(`The last steps could not be written (${why})`, { cause });
        });
      },
    };
  } catch (error) {
    ready.reject(error);
    await server.close();
    throw error instanceof DatabaseRefused ? new CannotServe(error.message, { cause: error }) : error;
  }
}
