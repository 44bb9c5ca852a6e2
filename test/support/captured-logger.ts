// A logger of Powertools that keeps its lines instead of writing them.
import { Logger, type LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes } from '@aws-lambda-powertools/logger/types';

export class CapturedLogger extends Logger {
  readonly lines: LogAttributes[] = [];

  protected override printLog(_level: number, item: LogItem): void {
    item.prepareForPrint();
    this.lines.push(item.getAttributes());
  }
}
