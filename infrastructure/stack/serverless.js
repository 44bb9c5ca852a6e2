// Serverless loads functions from .js files only; Node loads the TypeScript.
export { functions, roles, stateMachines } from './serverless.ts';
