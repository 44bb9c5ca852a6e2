// Catches what a page throws while it is drawn, so that the frame stays and leads elsewhere.
import { Component, type ReactNode } from 'react';
import { ProblemNotice } from '../design-system/problem-notice.tsx';
import css from './page.module.css';

interface State {
  readonly error: Error | undefined;
}

export class BrokenPage extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: undefined };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    // A chunk that could not be loaded is asked for again by a reload alone: browsers keep its failure.
    return (
      <div className={css['page']}>
        <ProblemNotice
          title="This page could not be shown"
          detail={error.message}
          retry={() => location.reload()}
        />
      </div>
    );
  }
}
