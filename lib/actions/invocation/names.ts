// An action's id and its Lambda's name: `github.create_issue` and `github-create-issue`.

/**
 * The name of an action's Lambda, without the prefix of service and stage.
 * @param id `github.create_issue`
 * @returns `github-create-issue`
 */
export function functionName(id: string): string {
  return id.replace('.', '-').replaceAll('_', '-');
}

/**
 * The id of the action that a Lambda runs. A provider's name holds no hyphen, so the first one ends it.
 * @param name `github-create-issue`
 * @returns `github.create_issue`
 */
export function actionId(name: string): string {
  return name.replace('-', '.').replaceAll('-', '_');
}

const deployed = /^(ai-orchestra-[a-z0-9]+)-/;

/**
 * The id of the action that a deployed Lambda runs: its name without `ai-orchestra-<stage>-`.
 * @param name `ai-orchestra-prod-github-create-issue`
 */
export function deployedActionId(name: string): string {
  return actionId(name.replace(deployed, ''));
}

/**
 * The deployment that a Lambda belongs to: service and stage.
 * @param name `ai-orchestra-prod-github-create-issue`
 * @returns `ai-orchestra-prod`; `ai-orchestra` where the name has no stage, as on a laptop
 */
export function deploymentOf(name: string): string {
  return deployed.exec(name)?.[1] ?? 'ai-orchestra';
}
