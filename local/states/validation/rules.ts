// What holds for all states of a flow while it is validated.

export type QueryLanguage = 'JSONata' | 'JSONPath';

export interface FlowRules {
  /** The state machine's own. */
  readonly language: QueryLanguage;
  /** Names of states so far: no two in a state machine may be the same. */
  readonly names: Set<string>;
  /** Labels of distributed Maps so far. */
  readonly labels: Set<string>;
  readonly type: 'STANDARD' | 'EXPRESS';
  /** `any`: also resources that this engine does not serve, for a state that is tested with a mock. */
  readonly resources: 'served' | 'any';
}
