// What ids and names of a workflow's parts can be.

export const WORKFLOW_ID = /^[a-z][a-z0-9_-]{0,47}$/;
/** Also the names of variables: both become part of an ASL variable's name, which AWS limits to 80 characters. */
export const STEP_ID = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
export const INPUT_NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
export const PERCENTAGE = /^(?:100|\d{1,2})%$/;
