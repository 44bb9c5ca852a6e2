// Where the functions and the API are that a definition names.

/** What a definition has of where it is deployed. */
export interface Deployment {
  readonly functionArnPrefix: string;
  readonly apiUrl: string;
}

/** Placeholders, as the shipped definitions have them until they are deployed. */
export const ANYWHERE: Deployment = { functionArnPrefix: `\${FunctionArnPrefix}`, apiUrl: `\${ApiUrl}` };
