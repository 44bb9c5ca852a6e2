// What the validation of a state depends on outside of the state.

export type QueryLanguage = 'JSONata' | 'JSONPath';

export interface FlowRules {
  /** The state machine's own. */
  readonly language: QueryLanguage;
  /** Names of states so far, which must differ in the whole state machine. */
  readonly names: Set<string>;
  /** Labels of distributed Maps so far. */
  readonly labels: Set<string>;
  readonly type: 'STANDARD' | 'EXPRESS';
  /** `any`: also resources that this engine does not support, for a state that is tested with a mock. */
  readonly resources: 'supported' | 'any';
}
