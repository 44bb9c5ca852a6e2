// The API's test of one step of a draft. It has a function of its own: only this one may pass a role to TestState.
import { readCatalogue } from '../../lib/actions/catalogue.ts';
import { apiHandler } from '../../lib/api/handler.ts';
import { testStepRoutes } from '../../lib/api/routes/workflows.ts';
import { s3Client, stepFunctionsClient, syncStatesClient } from '../../lib/aws-clients.ts';
import { readExecutionLog } from '../../lib/executions/read.ts';
import { testStep } from '../../lib/executions/test-step/test-step.ts';
import { workflowStore } from '../../lib/stores/workflows.ts';
import { compiledOrProblem } from '../../lib/workflows/compile.ts';

const s3 = s3Client();
const sfn = stepFunctionsClient();
const testSfn = syncStatesClient();

export const handler = apiHandler('test-step', testStepRoutes, {
  async testStep({ body }) {
    const catalogue = await readCatalogue();
    const compiled = await compiledOrProblem(body.workflow, 1, undefined, {
      catalogue,
      store: workflowStore(s3),
    });
    const log =
      body.execution_id === undefined ? undefined : await readExecutionLog(body.execution_id, { s3, sfn });
    return { status: 200, body: await testStep(compiled, body, log, { catalogue, sfn: testSfn }) };
  },
});
