// What other systems did with the same steps on such a machine (two cores), and how fast the machine was.

export interface Figures {
  readonly p50of10: number;
  readonly perSecondOf10: number;
  readonly p50of40: number;
  readonly perSecondOf40: number;
  readonly peakMb: number;
}

/** Systems that were measured one after the other. */
export interface Recorded {
  /**
   * Requests of 40 steps a second of the bare loop (servers/bare.ts), which says how fast the machine was: the same
   * code does twice as much on one day as on another.
   */
  readonly bareOf40: number;
  /** Where `bareOf40` is from. */
  readonly bareOrigin: string;
  /** `ratio` columns compare with the first and the last. */
  readonly systems: readonly (readonly [name: string, figures: Figures])[];
}

export const peers: Recorded = {
  bareOf40: 30_321,
  bareOrigin:
    'no bare loop was measured with them: this is the first that was, on the same kind of machine, on 2026-11-25',
  systems: [
    ['n8n 2.41 default', { p50of10: 51, perSecondOf10: 23, p50of40: 90, perSecondOf40: 13, peakMb: 1257 }],
    [
      'n8n 2.41 fastest settings, nothing saved',
      { p50of10: 14, perSecondOf10: 75, p50of40: 24, perSecondOf40: 44, peakMb: 1254 },
    ],
    [
      'Node-RED 5.0.7 (keeps no history)',
      { p50of10: 0.43, perSecondOf10: 4066, p50of40: 0.85, perSecondOf40: 1657, peakMb: 408 },
    ],
  ],
};
