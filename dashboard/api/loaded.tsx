// What a query has: loading, failed with a way to try again, or data; data that could not be renewed stays.
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ProblemNotice } from '../design-system/problem-notice.tsx';
import { Skeleton } from '../design-system/skeleton.tsx';
import { ApiError, NetworkError } from './errors.ts';
import { besideData, useFailure } from './failure.ts';

interface LoadedProps<Data> {
  readonly query: UseQueryResult<Data>;
  /** What is loading: `Runs are loading`. */
  readonly label: string;
  /** How many lines are to come, about. */
  readonly rows?: number;
  readonly children: (data: Data) => ReactNode;
}

export function Loaded<Data>({ query, label, rows = 6, children }: LoadedProps<Data>) {
  const { data, error, isFetching } = query;
  const failure = useFailure(query);
  const retry = () => void query.refetch();
  if (data === undefined)
    return failure ? (
      <Problem error={failure} retry={retry} busy={isFetching} />
    ) : (
      <Skeleton label={label} rows={rows} />
    );
  const stale = besideData(error);
  return (
    <>
      {stale && <Problem error={stale} retry={retry} busy={isFetching} />}
      {children(data)}
    </>
  );
}

/** Why something could not be read that the page can go on without; nothing as long as it could. */
export function Missing({ query }: { readonly query: UseQueryResult<unknown> }) {
  const failure = useFailure(query);
  if (!failure || query.data !== undefined) return null;
  return <Problem error={failure} retry={() => void query.refetch()} busy={query.isFetching} />;
}

interface ProblemProps {
  readonly error: Error;
  readonly retry?: () => void;
  readonly busy?: boolean;
  readonly children?: ReactNode;
}

/** Any error of the client, in the API's words. */
export function Problem({ error, ...rest }: ProblemProps) {
  if (error instanceof ApiError)
    return <ProblemNotice title={error.title} detail={error.detail} problems={error.problems} {...rest} />;
  if (error instanceof NetworkError)
    return <ProblemNotice title={error.title} detail={error.message} {...rest} />;
  return <ProblemNotice title="Something in this page is broken" detail={error.message} {...rest} />;
}
