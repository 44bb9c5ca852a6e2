// Publishes the definition of a rerun as a version of the workflow's state machine, starts it and deletes the version.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ConflictException,
  DeleteStateMachineVersionCommand,
  ExecutionAlreadyExists,
  type SFNClient,
  StartExecutionCommand,
  StateMachineDeleting,
  StateMachineDoesNotExist,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { stateMachineArn } from '../../arns.ts';
import type { Definition } from '../../compiler/asl/definition.ts';
import { fitsRequest } from '../../compiler/asl/request-size.ts';
import { notRerunnable } from './not-rerunnable.ts';

interface Run {
  readonly workflowId: string;
  readonly name: string;
  /** JSON */
  readonly input: string;
  readonly definition: Definition;
}

/** Somebody saves the workflow, or sends the same request, at the same moment. */
const TRIES = 4;
const WAIT_MS = 250;

/**
 * The version is for this run alone. An execution keeps its definition when the version is deleted, as those of earlier
 * versions of the workflow do, so that reruns do not fill the thousand versions that a state machine can have.
 * @throws ApiProblem not-rerunnable
 */
export async function startRerun(
  run: Run,
  sfn: Pick<SFNClient, 'send'>,
  waitMs: number = WAIT_MS,
): Promise<void> {
  const { workflowId, name, input, definition } = run;
  if (!fitsRequest(definition)) {
    throw notRerunnable({
      code: 'too-large',
      pointer: '/from',
      message:
        'What the steps before have given does not fit into the definition of a rerun, which holds 1 MB',
      hint: 'Go on at an earlier step, or "start".',
    });
  }
  const text = JSON.stringify(definition);
  for (let attempt = 1; ; attempt += 1) {
    const version = await publish(workflowId, text, sfn, waitMs);
    try {
      await sfn.send(new StartExecutionCommand({ stateMachineArn: version, name, input }));
      return;
    } catch (error) {
      // The same request at the same time: the run is there.
      if (error instanceof ExecutionAlreadyExists) return;
      // The same definition has the same version, which the same request, or a save that prunes, may just have deleted.
      // Where the state machine itself is gone, publishing says so.
      if (!(error instanceof StateMachineDoesNotExist) || attempt === TRIES) throw gone(error, workflowId);
    } finally {
      await sfn.send(new DeleteStateMachineVersionCommand({ stateMachineVersionArn: version })).catch(() => {
        // One that stays behind does no harm (lib/workflows/state-machine.ts prunes it).
      });
    }
  }
}

async function publish(
  workflowId: string,
  definition: string,
  sfn: Pick<SFNClient, 'send'>,
  waitMs: number,
): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { stateMachineVersionArn } = await sfn.send(
        new UpdateStateMachineCommand({
          stateMachineArn: stateMachineArn(workflowId),
          definition,
          publish: true,
        }),
      );
      if (stateMachineVersionArn !== undefined) return stateMachineVersionArn;
      throw new TypeError('Step Functions gave no version although publish was asked for');
    } catch (error) {
      if (!(error instanceof ConflictException) || attempt === TRIES) throw gone(error, workflowId);
      await sleep(waitMs * attempt);
    }
  }
}

function gone(error: unknown, workflowId: string): unknown {
  if (!(error instanceof StateMachineDoesNotExist || error instanceof StateMachineDeleting)) return error;
  return workflowGone(workflowId, { cause: error });
}

export function workflowGone(workflowId: string, options?: ErrorOptions) {
  return notRerunnable(
    {
      code: 'workflow-deleted',
      pointer: '/workflow',
      message: `The workflow ${workflowId} was deleted, and its runs with it`,
      hint: 'Save it again and start a new run.',
    },
    options,
  );
}
