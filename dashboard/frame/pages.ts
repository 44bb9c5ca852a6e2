// What the frame knows of a page.

import type { ComponentType, LazyExoticComponent } from 'react';
import type { IconComponent } from '../design-system/icons/icon.ts';

export interface PageEntry {
  /** Below /app, with parameters: `/runs/:id` */
  readonly path: string;
  /** Loaded when it is shown first. */
  readonly page: LazyExoticComponent<ComponentType>;
  /** Its place in the navigation; a page that only links lead to has none. */
  readonly navigation?: {
    readonly title: string;
    readonly icon: IconComponent;
    /** `g`, then this letter, leads there. */
    readonly letter: string;
    /** Stands in the bar of a phone, not behind More. */
    readonly phone?: true;
    /** A count beside the title. */
    readonly count?: ComponentType;
  };
}
