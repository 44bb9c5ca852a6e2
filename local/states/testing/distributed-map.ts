// For tests: a distributed Map over the execution's input, and its Map Run as the API describes it.
import { DescribeMapRunCommand, ListExecutionsCommand, ListMapRunsCommand } from '@aws-sdk/client-sfn';
import type { TestEngine } from './engine.ts';

export const distributedMap = (states: object, fields: object = {}, executionType = 'STANDARD') => ({
  Each: {
    Type: 'Map',
    Items: '{% $states.input %}',
    Label: 'each',
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: executionType },
      StartAt: Object.keys(states)[0],
      States: states,
    },
    End: true,
    ...fields,
  },
});

/** The latest Map Run of the execution. */
export async function mapRunOf({ client }: TestEngine, executionArn: string) {
  const { mapRuns = [] } = await client.send(new ListMapRunsCommand({ executionArn }));
  return client.send(new DescribeMapRunCommand({ mapRunArn: mapRuns[0]?.mapRunArn }));
}

export async function childrenOf({ client }: TestEngine, mapRunArn: string | undefined) {
  return (await client.send(new ListExecutionsCommand({ mapRunArn }))).executions ?? [];
}
