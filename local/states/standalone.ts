// The engine alone on a port, as `npx orchestra states` starts it.
import { createAwsServer } from '../aws/server.ts';
import type { AwsService } from '../aws/service.ts';
import { PortInUse } from '../shared/http-server.ts';
import { createStates } from './create-states.ts';
import { DEFAULT_RETENTION } from './persistence/retention.ts';
import { DatabaseRefused } from './store/refused.ts';

export interface StandaloneOptions {
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

export interface StandaloneEngine {
  readonly url: string;
  /**
   * Answers the requests under way, then suspends every execution.
   * @throws WriteFailed
   */
  close(): Promise<void>;
}

/** The engine cannot be started with these options; the message says what to do about it. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
}

/** The last steps of executions could not be written to the database. */
export class WriteFailed extends Error {
  override readonly name = 'WriteFailed';
}

/** @throws CannotStart */
export async function startStandalone(options: StandaloneOptions): Promise<StandaloneEngine> {
  const { port, database = ':memory:', days, megabytes, ...places } = options;
  const retention = {
    days: days ?? DEFAULT_RETENTION.days,
    megabytes: megabytes ?? DEFAULT_RETENTION.megabytes,
  };
  const ready = Promise.withResolvers<AwsService>();
  ready.promise.catch(() => {}); // thrown below, to the caller
  const server = createAwsServer([
    {
      signingName: 'states',
      handle: async (request) => (await ready.promise).handle(request),
      close: async () => {},
    },
  ]);
  // The port is taken first: without it the executions in the file must not be resumed.
  const url = await server.listen(port).catch((cause: Error) => {
    const why = cause instanceof PortInUse ? cause.message : `Port ${port} cannot be had (${cause.message})`;
    throw new CannotStart(`${why}; --port chooses another`, { cause });
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
          throw new WriteFailed(`The last steps could not be written (${why})`, { cause });
        });
      },
    };
  } catch (error) {
    ready.reject(error);
    await server.close();
    throw error instanceof DatabaseRefused ? new CannotStart(error.message, { cause: error }) : error;
  }
}
