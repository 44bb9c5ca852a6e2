// The first page: what failed, what runs, what waits for somebody, and what is due next. Each part loads by itself.
import { Page } from '../../frame/page.tsx';
import { Due } from './due.tsx';
import { Failures } from './failures.tsx';
import css from './home.module.css';
import { useSummary } from './home-data.ts';
import { Running } from './running.tsx';
import { WaitingApprovals } from './waiting-approvals.tsx';
import { Welcome } from './welcome.tsx';

export default function HomePage() {
  const summary = useSummary();
  return (
    <Page title="Home">
      <Welcome summary={summary.data} />
      <div className={css['parts']}>
        <Failures summary={summary} />
        <div className={css['column']}>
          <Running summary={summary} />
          <WaitingApprovals />
          <Due />
        </div>
      </div>
    </Page>
  );
}
