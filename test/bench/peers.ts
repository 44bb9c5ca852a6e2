// What other systems did with the same steps on such a machine (two cores), from the issue that set the targets.

export interface Figures {
  readonly p50of10: number;
  readonly perSecondOf10: number;
  readonly p50of40: number;
  readonly perSecondOf40: number;
  readonly peakMb: number;
}

/** The one that `ratio` columns compare with is the last. */
export const peers: readonly (readonly [name: string, figures: Figures])[] = [
  ['n8n 2.41 default', { p50of10: 51, perSecondOf10: 23, p50of40: 90, perSecondOf40: 13, peakMb: 1257 }],
  [
    'n8n 2.41 fastest settings, nothing saved',
    { p50of10: 14, perSecondOf10: 75, p50of40: 24, perSecondOf40: 44, peakMb: 1254 },
  ],
  [
    'Node-RED 5.0.7 (keeps no history)',
    { p50of10: 0.43, perSecondOf10: 4066, p50of40: 0.85, perSecondOf40: 1657, peakMb: 408 },
  ],
];
