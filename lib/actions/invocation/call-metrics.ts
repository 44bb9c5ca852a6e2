// The metrics of an action's call, in the form in which CloudWatch finds them in a log line: embedded metric format.

/**
 * What makes a log line with `action` and `duration_ms` a record of metrics (CloudWatch, "Specification: Embedded metric
 * format"): how long calls took, and of `failed` its sum, the failures, and its mean, the share of calls that failed.
 * An action is the only dimension: each further one would multiply what CloudWatch bills. Powertools' own metrics
 * would add 11 KB to each bundle and a second line to each call. Where POWERTOOLS_LOG_LEVEL is above INFO, the calls that
 * succeeded are not counted: they have no line.
 * @param namespace `ai-orchestra-prod`, so that stages in one account stay apart
 */
export function callMetrics(namespace: string, failed: boolean, now = Date.now()) {
  return {
    failed: failed ? 1 : 0,
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        {
          Namespace: namespace,
          Dimensions: [['action']],
          Metrics: [
            { Name: 'duration_ms', Unit: 'Milliseconds' },
            { Name: 'failed', Unit: 'Count' },
          ],
        },
      ],
    },
  };
}
