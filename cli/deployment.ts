// Where the functions and the API of a definition are deployed.

/** The parts of a definition that depend on the deployment. */
export interface Deployment {
  readonly functionArnPrefix: string;
  readonly apiUrl: string;
}

/** Placeholders, as in the shipped definitions until they are deployed. */
export const ANYWHERE: Deployment = { functionArnPrefix: `\${FunctionArnPrefix}`, apiUrl: `\${ApiUrl}` };
