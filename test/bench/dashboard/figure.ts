// One figure of a measurement.

export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: 'ms' | 'MB' | 'elements' | 'requests' | 's';
  readonly limit?: number;
}
